"""assessments → observations → incidents; reviews and time come as observations too."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

from streams.edge import Send
from streams.gauges import WatchGauges
from vigie.domain.assessment import Assessment
from vigie.domain.canary import CANARY
from vigie.domain.observation import Observation
from vigie.domain.review import Review
from vigie.pipeline import Detect
from vigie.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Observe:
    """Turns a batch of assessments into one observation per watch."""

    pipeline: Detect
    observations: Send

    async def __call__(self, assessments: Sequence[Assessment]) -> None:
        """Observe the batch; done when the broker has every observation."""
        await self.observations(self.pipeline.observe(assessments))


@dataclass(frozen=True, slots=True)
class Hear:
    """Carries people's words on incidents to the watch they are about."""

    pipeline: Detect
    observations: Send

    async def __call__(self, review: Review) -> None:
        """Pass the review on."""
        await self.observations(self.pipeline.reviewed(review))


@dataclass(frozen=True, slots=True)
class Judge:
    """Tallies one observation in the table and tells the incident steps that follow."""

    pipeline: Detect
    tallies: MutableMapping[str, bytes]
    incidents: Send
    canaries: Send
    gauges: WatchGauges
    metrics: Metrics

    async def __call__(self, observation: Observation) -> None:
        """Judge the watch; done when the broker has every step."""
        if observation.watch == CANARY:
            await self.canaries(self.pipeline.canaries(observation))
            return
        steps = self.pipeline.judge(observation, self.tallies)
        self.gauges.show(observation.watch)
        for step in steps:
            self.metrics.incidents.labels(step.watch, step.change).inc()
            for signal in step.signals:
                self.metrics.signals.labels(step.watch, signal.kind).inc()
        await self.incidents(steps)


@dataclass(frozen=True, slots=True)
class Tick:
    """Tells every watch that time has passed."""

    pipeline: Detect
    observations: Send

    async def __call__(self) -> None:
        """Send one empty observation per watch."""
        await self.observations(self.pipeline.ticks())
