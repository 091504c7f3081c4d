"""The far end of the flow: what a canary has come to."""

from dataclasses import dataclass, replace

from streams.edge import Send
from vigie.domain.canary import Canary, Stage
from vigie.pipeline import Alert


@dataclass(frozen=True, slots=True)
class PassCanary:
    """Tells that whoever pages people was reached, with its database."""

    pipeline: Alert
    canaries: Send

    async def __call__(self, canary: Canary) -> None:
        """Pass on what detection has judged; what is passed on already ends here."""
        if canary.stage is Stage.JUDGED:
            await self.pipeline.alive()
            await self.canaries([replace(canary, stage=Stage.ALERTED)])
