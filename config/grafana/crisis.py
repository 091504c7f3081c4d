"""The board's rows about what is said: how bad it is, and how far from the usual."""

from grafana_foundation_sdk.builders import table

from config.grafana.panels import (
    AnyPanel,
    counts,
    curve,
    figure,
    in_unit,
    now,
    query,
    steps,
    words,
)

_LEVELS = {
    0: ("VERT", "green"),
    1: ("JAUNE", "yellow"),
    2: ("ORANGE", "orange"),
    3: ("ROUGE", "red"),
}


def present() -> list[AnyPanel]:
    """Return the first screen: how bad is it, since when, what is left to do."""
    return [
        figure(
            "Niveau",
            "Le niveau de chaque veille.",
            "none",
            now('max by (watch) (vigie_watch_level{watch=~"$veille"})', "{{watch}}"),
        )
        .mappings(words(_LEVELS))
        .thresholds(steps("green", (1, "yellow"), (2, "orange"), (3, "red"))),
        figure(
            "Depuis",
            "Depuis quand ce niveau dure.",
            "dateTimeFromNow",
            now(
                "1000 * max by (watch)"
                ' (vigie_watch_level_since_timestamp_seconds{watch=~"$veille"})',
                "{{watch}}",
            ),
        ).thresholds(steps("text")),
        figure(
            "Budget du fusible",
            "Masquages automatiques encore permis cette heure. À zéro, la machine ne fait plus"
            " que proposer.",
            "short",
            now("min(vigie_fuse_budget_remaining)", "masquages"),
        ).thresholds(steps("red", (1, "orange"), (10, "green"))),
        figure(
            "Notifications en attente",
            "Messages que ni le serveur de courriel ni la passerelle SMS n’ont encore acceptés.",
            "short",
            now("max(vigie_outbox_pending)", "en attente"),
        ).thresholds(steps("green", (1, "orange"), (10, "red"))),
    ]


def normal() -> list[AnyPanel]:
    """Return what is said now against what is usual."""
    return [
        curve(
            "Messages\u202f: $veille",
            "Messages dans la fenêtre de la veille, et ce que l’on attend à cette heure de ce jour"
            " de la semaine.",
            "short",
            query('max by (watch) (vigie_watch_window_posts{watch=~"$veille"})', "observés"),
            query(
                'max by (watch) (vigie_watch_window_expected_posts{watch=~"$veille"})',
                "attendus",
                ref="B",
            ),
        )
        .span(24)
        .repeat("veille")
        .repeat_direction("h"),
        _shares(),
    ]


def _shares() -> table.Panel:
    posts = 'max by (watch) (vigie_watch_window_posts{watch=~"$veille"})'
    negatives = 'max by (watch) (vigie_watch_window_negative_posts{watch=~"$veille"})'
    toxic = 'max by (watch) (vigie_watch_window_toxic_posts{watch=~"$veille"})'
    panel = counts(
        "Négatifs et toxiques, avec n",
        "Une part sans son nombre de messages ne dit rien\u202f: sous une trentaine de messages,"
        " trop peu pour conclure.",
        "short",
        {
            "n (messages)": posts,
            "Négatifs": negatives,
            "Part de négatifs": f"{negatives} / ({posts} > 0)",
            "Toxiques": toxic,
            "Part de toxiques": f"{toxic} / ({posts} > 0)",
        },
    )
    return in_unit(panel, "percentunit", ["Part de négatifs", "Part de toxiques"])
