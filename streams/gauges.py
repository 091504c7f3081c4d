"""Gauges that only their present owner may show: two workers must never show two levels."""

from dataclasses import dataclass

from prometheus_client import Gauge

from vigie.pipeline import Judge
from vigie.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class WatchGauges:
    """What the judge of a watch knows of it, as metrics."""

    judge: Judge
    metrics: Metrics

    def show(self, watch: str) -> None:
        """Set the gauges of this watch to how it stands."""
        figures = self.judge.figures(watch)
        if figures is None:
            return
        m = self.metrics
        m.level.labels(watch).set(figures.level)
        m.level_since.labels(watch).set(figures.since.timestamp())
        m.window_posts.labels(watch).set(figures.posts)
        m.window_negatives.labels(watch).set(figures.negatives)
        m.window_toxic.labels(watch).set(figures.toxic)
        if figures.expected is not None:
            m.window_expected.labels(watch).set(figures.expected)

    def forget(self) -> None:
        """Drop every watch: partitions are handed out anew and the table tells the truth."""
        self.judge.forget()
        for gauge in self._gauges():
            gauge.clear()

    def _gauges(self) -> tuple[Gauge, ...]:
        m = self.metrics
        return (
            m.level,
            m.level_since,
            m.window_posts,
            m.window_negatives,
            m.window_toxic,
            m.window_expected,
        )
