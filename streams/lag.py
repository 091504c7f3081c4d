"""How many records wait, per partition this process reads."""

from dataclasses import dataclass

import faust

from vigie.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Lag:
    """Looks at where reading stands and where topics end."""

    app: faust.App
    metrics: Metrics

    async def __call__(self) -> None:
        """Set the gauge of every partition that is read here."""
        consumer, taken = self.app.consumer, self.app.monitor.tp_read_offsets
        for tp in consumer.assignment() - self._changelogs():
            end = consumer.highwater(tp)
            following = taken[tp] + 1 if tp in taken else await consumer.position(tp)
            if end is not None and following is not None:
                waiting = max(0, end - following)
                self.metrics.lag.labels(tp.topic, tp.partition).set(waiting)

    def forget(self) -> None:
        """Drop every partition: they are handed out anew."""
        self.metrics.lag.clear()

    def _changelogs(self) -> set[object]:
        topics = self.app.tables.changelog_topics
        return {tp for tp in self.app.consumer.assignment() if tp.topic in topics}
