"""Reads a process's own /metrics back: values, and quantiles as Prometheus computes them."""

import math
from collections.abc import Iterable, Sequence

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample


def samples(url: str) -> list[Sample]:
    """Return every sample of a /metrics page.

    Raises:
        httpx.HTTPError: nobody serves metrics there (yet).
    """
    return parsed(httpx.get(url, timeout=2).raise_for_status().text)


def parsed(page: str) -> list[Sample]:
    """Return every sample of the text of a /metrics page."""
    return [sample for family in text_string_to_metric_families(page) for sample in family.samples]


def total(found: Iterable[Sample], name: str, **labels: str) -> float:
    """Return the sum of the samples of this name that carry these labels."""
    return sum(
        sample.value
        for sample in found
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def quantile(found: Sequence[Sample], histogram: str, fraction: float) -> float | None:
    """Return the quantile, linear within its bucket as `histogram_quantile` does; None if empty."""
    buckets = sorted(
        (float(sample.labels["le"]), sample.value)
        for sample in found
        if sample.name == f"{histogram}_bucket"
    )
    if not buckets or not buckets[-1][1]:
        return None
    rank = fraction * buckets[-1][1]
    lower, below = 0.0, 0.0
    for upper, count in buckets:
        if count >= rank:
            if math.isinf(upper):
                return lower
            return lower + (upper - lower) * (rank - below) / (count - below)
        lower, below = upper, count
    return lower
