"""The kinds of panel the board is made of, each with all that a reader needs to trust it.

A panel has a title, a sentence that explains it, a unit and a data source that Grafana lets one
choose. It knows Grafana and nothing of Vigie.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import BigValueGraphMode, BigValueTextMode
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

METRICS: Final = DataSourceRef(type_val="prometheus", uid="${metriques}")
DATABASE: Final = DataSourceRef(type_val="grafana-postgresql-datasource", uid="${base}")
"""Data sources are variables of the board, so that it can be pointed at another installation."""

AnyPanel: TypeAlias = stat.Panel | timeseries.Panel | table.Panel | bargauge.Panel
P = TypeVar("P", stat.Panel, timeseries.Panel, table.Panel, bargauge.Panel)


def query(expression: str, legend: str = "", *, ref: str = "A") -> prometheus.Dataquery:
    """Return a PromQL query over the time range of the board."""
    return prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(ref).range()


def now(expression: str, legend: str = "", *, ref: str = "A") -> prometheus.Dataquery:
    """Return a PromQL query for the present value."""
    return prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(ref).instant()


class Sql(Builder[Dataquery], Dataquery):
    """One SQL query with a table as its answer; the SDK has no builder for it."""

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def build(self) -> Dataquery:
        """Return the query itself: there is nothing to complete."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return the query as Grafana's PostgreSQL data source stores it."""
        return {
            "refId": "A",
            "datasource": DATABASE,
            "editorMode": "code",
            "format": "table",
            "rawQuery": True,
            "rawSql": self._sql,
        }


def figure(title: str, says: str, unit: str, *queries: prometheus.Dataquery) -> stat.Panel:
    """Return a panel of large values with their names."""
    panel = (
        stat.Panel()
        .text_mode(BigValueTextMode.VALUE_AND_NAME)
        .graph_mode(BigValueGraphMode.NONE)
        .reduce_options(_latest())
        .targets(list(queries))
    )
    return _told(panel, title, says, unit).datasource(METRICS).height(5).span(6)


def bars(title: str, says: str, unit: str, *queries: prometheus.Dataquery) -> bargauge.Panel:
    """Return a panel of bars, one per series."""
    panel = bargauge.Panel().reduce_options(_latest()).targets(list(queries))
    return _told(panel, title, says, unit).datasource(METRICS).height(8).span(8)


def curve(title: str, says: str, unit: str, *queries: prometheus.Dataquery) -> timeseries.Panel:
    """Return a panel of lines over time, with a scale that begins at zero."""
    panel = timeseries.Panel().targets(list(queries)).min(0)
    return _told(panel, title, says, unit).datasource(METRICS).height(8).span(8)


def counts(title: str, says: str, unit: str, queries: Mapping[str, str]) -> table.Panel:
    """Return a table with one line per label and one column per query, by its heading."""
    refs = [chr(ord("A") + index) for index in range(len(queries))]
    panel = table.Panel().targets(
        [
            now(expression, ref=ref).format(PromQueryFormat.TABLE)
            for ref, expression in zip(refs, queries.values(), strict=True)
        ]
    )
    headings = {f"Value #{ref}": name for ref, name in zip(refs, queries, strict=True)}
    panel.transformations(
        [
            DataTransformerConfig(id_val="merge", options={}),
            DataTransformerConfig(
                id_val="organize",
                options={"excludeByName": {"Time": True}, "renameByName": headings},
            ),
        ]
    )
    return _told(panel, title, says, unit).datasource(METRICS).height(7).span(24)


def listing(title: str, says: str, sql: str) -> table.Panel:
    """Return a table of rows of the database."""
    panel = table.Panel().targets([Sql(sql)])
    return _told(panel, title, says, "string").datasource(DATABASE).height(9).span(24)


def _latest() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def _told(panel: P, title: str, says: str, unit: str) -> P:
    return panel.title(title).description(says).unit(unit).no_value("—")


def words(meanings: Mapping[int, tuple[str, str]]) -> list[ValueMapping]:
    """Return the mapping from values to a word and a colour, so that colour never stands alone."""
    results = {
        str(value): ValueMappingResult(text=word, color=colour, index=index)
        for index, (value, (word, colour)) in enumerate(meanings.items())
    }
    return [ValueMap(options=results)]


def steps(first: str, *further: tuple[float, str]) -> dashboard.ThresholdsConfig:
    """Return thresholds: a colour from below, then a colour from each value on."""
    below = Threshold(color=first, value=None)
    above = [Threshold(color=colour, value=value) for value, colour in further]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps([below, *above])


def in_unit(panel: table.Panel, unit: str, headings: Sequence[str]) -> table.Panel:
    """Show these columns of a table in another unit."""
    for heading in headings:
        panel.override_by_name(heading, [DynamicConfigValue(id_val="unit", value=unit)])
    return panel
