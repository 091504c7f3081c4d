"""What is counted can be read by those who scrape."""

from prometheus_client import CollectorRegistry, generate_latest

from vigie.telemetry.metrics import Metrics


def test_the_hit_rate_of_the_cache_can_be_read() -> None:
    """Hits and misses add up over batches; a batch without any leaves both at their sum."""
    metrics = Metrics(CollectorRegistry())
    for hits, misses in ((3, 1), (0, 2), (0, 0)):
        metrics.count_lookups(hits, misses)
    page = generate_latest(metrics.registry).decode()
    assert 'vigie_classification_lookups_total{result="hit"} 3.0' in page
    assert 'vigie_classification_lookups_total{result="miss"} 3.0' in page
