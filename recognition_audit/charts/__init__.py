"""Charts of a report as SVG, and the same figures as tables; the same report, the same bytes.

One file a chart. A chart takes its colours from the page (classes chart, axis, mark, ci, q, ghost
and rule) and is legible in grey and at the width of a phone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from recognition_audit.charts import adequacy, between_groups, by_group, det, gallery, paired, sweep
from recognition_audit.charts.base import Chart, Table
from recognition_audit.reading import Document

__all__ = [
    "CHARTS",
    "Chart",
    "Figure",
    "Table",
    "all_charts",
    "draw",
    "figures",
    "forest",
    "matrix",
    "tables",
]


def _forest(name: str, choose) -> Chart:  # type: ignore[no-untyped-def]
    return Chart(
        name,
        lambda document: by_group.chart_name(choose(document)),
        lambda document, prefix: by_group.draw(document, choose(document), prefix),
        lambda document: by_group.table(choose(document)),
    )


def _paired(name: str, place: int) -> Chart:
    return Chart(
        name,
        lambda document: paired.name_of(document, place),
        lambda document, prefix: paired.draw(document, prefix, place),
        lambda document: paired.table(document, place),
    )


# In the order in which a page shows them.
CHARTS = (
    _forest("forest", by_group.main),
    Chart("matrix", between_groups.name_of, between_groups.draw, between_groups.table),
    _forest("misses", by_group.misses),
    Chart("det", lambda _document: det.NAME, det.draw, det.table),
    Chart("sweep", lambda _document: sweep.NAME, sweep.draw, sweep.table),
    Chart("gallery", lambda _document: gallery.NAME, gallery.draw, gallery.table),
    _paired("paired", 0),
    _paired("paired_misses", 1),
    _forest("enrolment", by_group.enrolment),
    Chart("adequacy", lambda _document: adequacy.NAME, adequacy.draw, adequacy.table),
)
_BY_NAME = {chart.name: chart for chart in CHARTS}


def draw(name: str, document: Document, *, prefix: str = "") -> str:
    """One chart; "" where the report holds nothing to draw. prefix : begins its ids."""
    return _BY_NAME[name].draw(document, prefix or name)


forest = partial(draw, "forest")
matrix = partial(draw, "matrix")


@dataclass(frozen=True)
class Figure:
    """A chart with the table of its figures."""

    name: str
    heading: str
    svg: str
    table: Table


def figures(document: Document, *, prefix: str = "") -> Iterator[Figure]:
    """Every chart that this report can have, in the order of a page, each drawn once."""
    for chart in CHARTS:
        svg, table = chart.draw(document, f"{prefix}{chart.name}"), chart.table(document)
        if svg and table:
            yield Figure(chart.name, chart.heading(document), svg, table)


def all_charts(document: Document, *, prefix: str = "") -> dict[str, str]:
    """The drawings alone, by name."""
    return {figure.name: figure.svg for figure in figures(document, prefix=prefix)}


def tables(document: Document) -> dict[str, Table]:
    """The figures of each chart, by the chart's name."""
    return {figure.name: figure.table for figure in figures(document)}
