"""The metric catalogue as a page, made from the metrics themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from vigie.telemetry.metrics import Metrics

_SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
}

_HEAD = """# Metrics

Each role serves its metrics at `/metrics` on `worker.metrics_port` plus its place among classify,
detect, moderate, alert, record. Times are seconds. A histogram is read through its `_bucket`,
`_count` and `_sum`. Names and labels are public interface: the changelog tells of changes.

This page is made from `vigie/telemetry/metrics.py` by `python docs/generate.py`.

| metric | type | labels | meaning |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as Prometheus knows it: `series` are the names that can be queried."""

    name: str
    type: str
    labels: tuple[str, ...]
    meaning: str

    @property
    def series(self) -> tuple[str, ...]:
        """Names with the suffixes that the exposition format adds."""
        return tuple(f"{self.name}{suffix}" for suffix in _SUFFIXES[self.type])


def catalogue() -> Iterator[Metric]:
    """Yield every metric in the order in which it is defined."""
    for collector in vars(Metrics(CollectorRegistry())).values():
        if isinstance(collector, MetricWrapperBase):
            (family,) = collector.describe()
            labels = collector._labelnames  # noqa: SLF001 - published nowhere else
            yield Metric(family.name, family.type, tuple(labels), family.documentation)


def page() -> str:
    """Return docs/metrics.md."""
    return _HEAD + "".join(
        f"| `{metric.name}{_SUFFIXES[metric.type][0] if metric.type == 'counter' else ''}` "
        f"| {metric.type} | {', '.join(f'`{label}`' for label in metric.labels)} "
        f"| {metric.meaning} |\n"
        for metric in catalogue()
    )
