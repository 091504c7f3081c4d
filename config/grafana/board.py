"""« Vigie – tableau »: the moderators' board, row by row, in their language.

Metric names are those of `vigie.telemetry.metrics`, tables those of `vigie.storage.schema`; tests
run every query on a real Prometheus and a real PostgreSQL.
"""

from itertools import count

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh

from config.grafana.crisis import normal, present
from config.grafana.effects import details, effects
from config.grafana.panels import DATABASE, METRICS
from config.grafana.trust import speed, trust


def board() -> dashboard.Dashboard:
    """Return the whole board, the first screen first."""
    made = (
        dashboard.Dashboard("Vigie – tableau")
        .uid("vigie-tableau")
        .description("Niveaux, écarts à la normale, confiance dans les données, actions.")
        .tags(["vigie"])
        .timezone("browser")
        .refresh("10s")
        .time("now-6h", "now")
        .readonly()
    )
    made.with_variable(_source("metriques", "Métriques", METRICS.type_val))
    made.with_variable(_source("base", "Base de données", DATABASE.type_val))
    made.with_variable(_watches())
    ids = count(1)
    for title, panels in (
        ("Maintenant", present()),
        ("La normale et maintenant", normal()),
        ("Peut-on s’y fier\u202f?", trust()),
        ("Vitesse", speed()),
        ("Ce qui a été fait", effects()),
        ("Détails", details()),
    ):
        made.with_row(dashboard.Row(title).id(next(ids)))
        for panel in panels:
            made.with_panel(panel.id(next(ids)))
    return made


def _source(name: str, label: str, kind: str | None) -> dashboard.DatasourceVariable:
    return dashboard.DatasourceVariable(name).id(name).label(label).type(kind or "")


def _watches() -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable("veille")
        .id("veille")
        .label("Veille")
        .datasource(METRICS)
        .query("label_values(vigie_watch_level, watch)")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(VariableOption(text=["All"], value=["$__all"]))
    )
