"""The catalogue: every metric is born here, so that dashboards, rules and docs can be checked."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_LATENCIES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_FINE = tuple(round(0.005 * 1.25**step, 4) for step in range(57))
"""Up to 23 minutes in steps of a quarter, so that quantiles can be read from the buckets."""

_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """One process's metrics on its own registry; times in seconds of the installation's clock."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.posts = Counter(
            "vigie_posts", "Posts read, by kind, source and change.",
            ["kind", "source", "change"], registry=registry,
        )  # fmt: skip
        self.assessed = Counter(
            "vigie_assessments", "Posts assessed and handed on.", registry=registry
        )
        self.unmatched = Counter(
            "vigie_posts_unmatched", "Assessed posts that belong to no watch.", registry=registry
        )
        self.dead_letters = Counter(
            "vigie_dead_letters", "Records that could not be read.", ["topic"], registry=registry
        )
        self.classification = Histogram(
            "vigie_classification_seconds", "Time the model takes for one batch.",
            buckets=_LATENCIES, registry=registry,
        )  # fmt: skip
        self.batch = Histogram(
            "vigie_classification_batch_posts", "Posts in one batch of the model.",
            buckets=_BATCHES, registry=registry,
        )  # fmt: skip
        self.lookups = Counter(
            "vigie_classification_lookups",
            "Texts looked for among those judged lately: a hit costs no run of the model.",
            ["result"], registry=registry,
        )  # fmt: skip
        self.decision = Histogram(
            "vigie_comment_to_decision_seconds",
            "Time from a comment's arrival in Vigie to the decision on it.",
            buckets=_FINE, registry=registry,
        )  # fmt: skip
        self.decisions = Counter(
            "vigie_decisions", "Decisions on comments, by verdict and reason.",
            ["verdict", "reason"], registry=registry,
        )  # fmt: skip
        self.level = Gauge(
            "vigie_watch_level", "Level of a watch: 0 VERT, 1 JAUNE, 2 ORANGE, 3 ROUGE.",
            ["watch"], registry=registry,
        )  # fmt: skip
        self.level_since = Gauge(
            "vigie_watch_level_since_timestamp_seconds", "When the level of a watch began.",
            ["watch"], registry=registry,
        )  # fmt: skip
        self.window_posts = Gauge(
            "vigie_watch_window_posts", "Posts of a watch in its window.",
            ["watch"], registry=registry,
        )  # fmt: skip
        self.window_negatives = Gauge(
            "vigie_watch_window_negative_posts", "Negative posts of a watch in its window.",
            ["watch"], registry=registry,
        )  # fmt: skip
        self.window_toxic = Gauge(
            "vigie_watch_window_toxic_posts", "Toxic posts of a watch in its window.",
            ["watch"], registry=registry,
        )  # fmt: skip
        self.window_expected = Gauge(
            "vigie_watch_window_expected_posts", "Posts the baseline expects in the window.",
            ["watch"], registry=registry,
        )  # fmt: skip
        self.incidents = Counter(
            "vigie_incident_events", "Steps in the life of incidents.",
            ["watch", "change"], registry=registry,
        )  # fmt: skip
        self.signals = Counter(
            "vigie_signals", "Signals that steps of incidents rested on, by detector.",
            ["watch", "kind"], registry=registry,
        )  # fmt: skip
        self.notifications = Counter(
            "vigie_notifications", "Notifications by channel and outcome of a try.",
            ["channel", "outcome"], registry=registry,
        )  # fmt: skip
        self.failovers = Counter(
            "vigie_sms_failovers", "Text messages that a gateway could not send, by gateway.",
            ["gateway"], registry=registry,
        )  # fmt: skip
        self.received = Counter(
            "vigie_received", "Answers and receipts from outside, by kind and what became of them.",
            ["kind", "outcome"], registry=registry,
        )  # fmt: skip
        self.canary_seen = Gauge(
            "vigie_canary_last_seen_timestamp_seconds",
            "When the last canary was let go that came out of the flow.", registry=registry,
        )  # fmt: skip
        self.canary_delay = Histogram(
            "vigie_canary_seconds", "Time a canary takes through the whole flow.",
            buckets=_LATENCIES, registry=registry,
        )  # fmt: skip
        self.canary_told = Counter(
            "vigie_canary_told",
            "Messages that listening is cut or restored, by channel and outcome.",
            ["channel", "outcome"], registry=registry,
        )  # fmt: skip
        self.alert = Histogram(
            "vigie_crossing_to_alert_seconds",
            "Time from the arrival of the post that crossed the threshold to an accepted alert.",
            buckets=_LATENCIES, registry=registry,
        )  # fmt: skip
        self.outbox = Gauge(
            "vigie_outbox_pending", "Notifications not yet accepted nor given up.",
            registry=registry,
        )  # fmt: skip
        self.actions = Counter(
            "vigie_actions", "Moderation actions that entered a state.",
            ["state"], registry=registry,
        )  # fmt: skip
        self.fuse = Gauge(
            "vigie_fuse_budget_remaining", "Machine hides still allowed this hour.",
            registry=registry,
        )  # fmt: skip
        self.last_post = Gauge(
            "vigie_source_last_post_timestamp_seconds", "Arrival of the last post of a source.",
            ["source"], registry=registry,
        )  # fmt: skip
        self.lag = Gauge(
            "vigie_consumer_lag_records", "Records that wait, by topic and partition.",
            ["topic", "partition"], registry=registry,
        )  # fmt: skip
        self.errors = Counter(
            "vigie_errors", "Errors caught at the edge of a role, by what is to be done.",
            ["role", "kind"], registry=registry,
        )  # fmt: skip

    def count_failover(self, gateway: str) -> None:
        """Note that a gateway could not send a message."""
        self.failovers.labels(gateway).inc()

    def count_received(self, kind: str, outcome: str) -> None:
        """Note what came in from outside and what became of it."""
        self.received.labels(kind, outcome).inc()

    def count_lookups(self, hits: int, misses: int) -> None:
        """Add what one batch of texts found among those judged lately."""
        self.lookups.labels("hit").inc(hits)
        self.lookups.labels("miss").inc(misses)
