"""The board's rows about Vigie itself: can the figures be believed, and how fast is it."""

from grafana_foundation_sdk.builders import stat, timeseries

from config.grafana.panels import AnyPanel, bars, curve, figure, now, query, steps, words


def trust() -> list[AnyPanel]:
    """Return what tells whether the figures can be believed."""
    return [
        _roles(),
        bars(
            "Dernier message par source",
            "Temps écoulé depuis le dernier message reçu de chaque source. Le silence n’est pas le"
            " calme.",
            "s",
            now(
                "time() - max by (source) (vigie_source_last_post_timestamp_seconds)", "{{source}}"
            ),
        ).thresholds(steps("green", (3600, "orange"), (6 * 3600, "red"))),
        curve(
            "Retard de lecture",
            "Enregistrements qui attendent dans Kafka. Tant qu’il y a du retard, personne n’est"
            " réveillé.",
            "short",
            query("sum by (role, topic) (vigie_consumer_lag_records)", "{{role}} {{topic}}"),
        ),
        curve(
            "Écoute de bout en bout",
            "Âge du dernier canari sorti : un message de Vigie traverse tout chaque minute. Au-delà"
            " de trois minutes, l’écoute est coupée et les personnes désignées sont prévenues.",
            "s",
            now("time() - max(vigie_canary_last_seen_timestamp_seconds)", "dernier canari"),
            now(
                "sum(rate(vigie_canary_seconds_sum[10m]))"
                " / sum(rate(vigie_canary_seconds_count[10m]))",
                "traversée",
                ref="B",
            ),
            now("sum(vigie_canary_told_total)", "messages envoyés", ref="C"),
        ),
        curve(
            "Messages illisibles",
            "Enregistrements mis de côté parce qu’ils n’ont pas pu être lus\u202f; la liste est"
            " plus bas.",
            "short",
            query(
                "sum by (topic) (increase(vigie_dead_letters_total[$__rate_interval]))", "{{topic}}"
            ),
        ),
        curve(
            "Erreurs",
            "Erreurs rencontrées par chaque rôle, selon ce qu’il faut en faire.",
            "short",
            query(
                "sum by (role, kind) (increase(vigie_errors_total[$__rate_interval]))",
                "{{role}} {{kind}}",
            ),
        ),
        curve(
            "Hors de toute veille",
            "Messages analysés qui ne concernent aucune veille. Beaucoup\u202f? Les règles sont"
            " peut-être trop étroites.",
            "short",
            query("sum(increase(vigie_posts_unmatched_total[$__rate_interval]))", "hors veille"),
            query("sum(increase(vigie_assessments_total[$__rate_interval]))", "analysés", ref="B"),
        ),
    ]


def _roles() -> stat.Panel:
    return (
        figure(
            "Rôles",
            "Chaque rôle répond-il\u202f? Un rôle arrêté prend du retard, mais rien n’est perdu.",
            "none",
            now('min by (role) (up{job="vigie"})', "{{role}}"),
        )
        .mappings(words({1: ("en marche", "green"), 0: ("ARRÊTÉ", "red")}))
        .thresholds(steps("red", (1, "green")))
        .height(8)
        .span(8)
    )


def speed() -> list[AnyPanel]:
    """Return how long everything takes."""
    return [
        _quantiles(
            "Du commentaire à la décision",
            "De l’arrivée d’un commentaire à la décision de le laisser, de proposer ou de masquer.",
            "vigie_comment_to_decision_seconds",
        ),
        _quantiles(
            "Du seuil à l’alerte",
            "De l’arrivée du message qui a fait franchir le seuil à l’alerte acceptée.",
            "vigie_crossing_to_alert_seconds",
        ),
        _quantiles(
            "Analyse d’un lot",
            "Temps que le modèle met pour un lot de messages.",
            "vigie_classification_seconds",
        ),
        curve(
            "Taille des lots",
            "Messages par lot, en moyenne. Des lots pleins annoncent du retard.",
            "short",
            query(
                "sum(rate(vigie_classification_batch_posts_sum[$__rate_interval]))"
                " / sum(rate(vigie_classification_batch_posts_count[$__rate_interval]))",
                "messages par lot",
            ),
        ).span(8),
        curve(
            "Débit",
            "Messages lus par seconde, mentions et commentaires.",
            "cps",
            query("sum by (kind) (rate(vigie_posts_total[$__rate_interval]))", "{{kind}}"),
        ).span(8),
        curve(
            "Textes déjà jugés",
            "Part des textes qui sont l’exacte copie d’un autre jugé peu avant : une attaque en"
            " masse la fait monter, et ne coûte alors presque rien.",
            "percentunit",
            query(
                'sum(rate(vigie_classification_lookups_total{result="hit"}[$__rate_interval]))'
                " / sum(rate(vigie_classification_lookups_total[$__rate_interval]))",
                "copies",
            ),
        ).span(8),
    ]


def _quantiles(title: str, says: str, histogram: str) -> timeseries.Panel:
    rates = f"sum by (le) (rate({histogram}_bucket[$__rate_interval]))"
    return curve(
        title,
        f"{says} La moitié est plus rapide que p50, 95\u202f% que p95.",
        "s",
        query(f"histogram_quantile(0.5, {rates})", "p50"),
        query(f"histogram_quantile(0.95, {rates})", "p95", ref="B"),
    )
