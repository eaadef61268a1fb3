"""The rate of each group with its interval, the highest first."""

from collections.abc import Sequence

from recognition_audit.charts.base import RATE_HEAD, Table, methods, name_of, rate_cells, told_apart
from recognition_audit.charts.scale import Scale, around, labelled, shares_of
from recognition_audit.charts.svg import (
    LEFT,
    RIGHT,
    Point,
    dot,
    drawing,
    fitted,
    line,
    paragraph,
    text,
    width_of,
)
from recognition_audit.limits import ERRORS_FOR_A_RATE
from recognition_audit.reading import (
    Document,
    Row,
    headline,
    largest_gallery,
    main_axes,
    metric_of_enrolment,
    thresholds_of,
    within,
)
from recognition_audit.words import interval, intervals, people, percent, title

ROW_HEIGHT = 46
ROWS_MAX = 40
NARROWER = 0.96  # names and figures side by side: small letters make up for the air between them
ROWS_WITH_ONE_AXIS = 8
Choice = tuple[str, str | None, list[Row]]


def main(document: Document) -> Choice:
    """The metric that the audit is about, at the first threshold."""
    return _chosen(document, headline(document)[0])


def misses(document: Document) -> Choice:
    """The second metric, for instance one person taken for two.

    No rows where it counts the same cases as the first: with every face processed, for instance.
    """
    first, second = (_chosen(document, metric) for metric in headline(document))
    return (*second[:2], []) if _counts(first) == _counts(second) else second


def enrolment(document: Document) -> Choice:
    """Faces or people that were not found or not processed; no rows where all were."""
    metric, threshold, rows = _chosen(document, metric_of_enrolment(document))
    return metric, threshold, rows if any(row["errors"] for row in rows) else []


def _counts(choice: Choice) -> list[tuple[str, int, int]]:
    return [(name_of(row), row["errors"], row["trials"]) for row in choice[2]]


def _chosen(document: Document, metric: str) -> Choice:
    names = thresholds_of(document, metric)
    threshold = names[0] if names else None
    where = {"threshold": threshold, "axes": main_axes(document, metric)}
    rows = largest_gallery(within(document, metric, **where))
    return metric, threshold, sorted(told_apart(rows), key=lambda r: (-r["value"], name_of(r)))


def chart_name(choice: Choice) -> str:
    """The chart's name: metric, threshold and size of the gallery."""
    metric, threshold, rows = choice
    said = f"{title(metric)} by group"
    if rows and rows[0].get("gallery"):
        said += f", gallery of {rows[0]['gallery']:,}"
    return said + (f", at the threshold {threshold}" if threshold else "")


def draw(document: Document, choice: Choice, prefix: str) -> str:
    metric, threshold, rows = choice
    if not rows:
        return ""
    shown = rows[:ROWS_MAX]
    band = _band(document, metric, threshold, shown)
    ends = [end for row in shown for end in (row["ci"]["lo"], row["ci"]["hi"], row["value"])]
    scale = Scale(*around([*ends, *([band["lo"], band["hi"]] if band else [])]), LEFT, RIGHT)
    head = 22 if len(shown) > ROWS_WITH_ONE_AXIS else 0
    foot = head + len(shown) * ROW_HEIGHT + 4
    parts = _ticks(scale, head, foot)
    wide = all(NARROWER * width_of(name_of(row) + _figures(row)) <= RIGHT - LEFT for row in shown)
    for number, row in enumerate(shown):
        parts += _row(row, head + 4 + number * ROW_HEIGHT, scale, band, wide=wide)
    words, height = _words(rows, shown, band), foot + 24.0
    if legend := _legend(shown, band):
        lines, height = paragraph(legend, height + 4)
        parts += lines
    return drawing(prefix, chart_name(choice), words, height, parts)


def table(choice: Choice) -> Table | None:
    rows = choice[2]
    if not rows:
        return None
    return Table(
        chart_name(choice), RATE_HEAD, tuple(rate_cells(row) for row in rows), methods(rows)
    )


def _words(rows: Sequence[Row], shown: Sequence[Row], band: Row | None) -> str:
    said = "; ".join(f"{name_of(row)} {percent(row['value'])}" for row in shown)
    said = f"{said}. With {intervals(shown)}, on a logarithmic axis. {_legend(shown, band)}"
    if len(shown) < len(rows):
        said += f" These are the {len(shown)} highest of {len(rows)} groups."
    return said.strip()


def _legend(shown: Sequence[Row], band: Row | None) -> str:
    said = []
    if any(row["adequacy"] != "enough" for row in shown):
        said.append(f"Open mark: fewer than {ERRORS_FOR_A_RATE} errors, indicative.")
    if band:
        who = people(band["group"], band["axes"])
        said.append(f"Pale line: the band of {who}, as wide as the choice of the highest asks for.")
    return " ".join(said)


def _band(
    document: Document, metric: str, threshold: str | None, rows: Sequence[Row]
) -> Row | None:
    """The max-T band of a group that is drawn; none of several systems, which have one each."""
    names = {row["group_a"] for row in rows}
    if len({row.get("system") for row in rows}) > 1:
        return None
    return next(
        (
            band
            for band in document.get("bands", ())
            if (band["metric"], band["threshold"]) == (metric, threshold)
            and band["axes"] == rows[0]["axes"]
            and band["group"] in names
        ),
        None,
    )


def _figures(row: Row) -> str:
    return f"{percent(row['value'])} ({interval(row['ci'])})"


def _ticks(scale: Scale, top: int, foot: int) -> list[str]:
    ticks = labelled(scale, shares_of(scale))
    return [
        text(x, y, words, kind="q", anchor=anchor)
        for y in (foot + 18, *([14] if top else []))
        for x, words, anchor in ticks
    ]


def _row(row: Row, top: int, scale: Scale, band: Row | None, *, wide: bool) -> list[str]:
    y = top + 33
    lo, hi, x = (scale.place(v) for v in (row["ci"]["lo"], row["ci"]["hi"], row["value"]))
    figures = _figures(row) if wide else percent(row["value"])
    name = name_of(row) if wide else fitted(name_of(row), RIGHT - LEFT - width_of(figures))
    parts = [text(LEFT, top + 18, name), text(RIGHT, top + 18, figures, anchor="end")]
    # The lines of the axis stop below the words.
    places = [scale.place(tick) for tick in shares_of(scale)]
    parts += [line((at, top + 25), (at, top + 41), "axis") for at in places]
    if band and band["group"] == row["group_a"]:
        parts += _whisker((scale.place(band["lo"]), y), (scale.place(band["hi"]), y))
    # An open mark stays open: the line stops at its edge.
    is_open = row["adequacy"] != "enough"
    edge = 6 if is_open else 0
    if lo < x - edge:
        parts.append(line((lo, y), (x - edge, y), "ci"))
    if x + edge < hi:
        parts.append(line((x + edge, y), (hi, y), "ci"))
    return [*parts, dot(x, y, open_=is_open)]


def _whisker(first: Point, last: Point) -> list[str]:
    ends = [line((x, y - 5), (x, y + 5), "ghost") for x, y in (first, last)]
    return [line(first, last, "ghost"), *ends]
