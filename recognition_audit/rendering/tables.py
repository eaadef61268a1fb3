"""The parts of a report as tables of texts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from recognition_audit.charts import paired as pairs
from recognition_audit.charts.base import RATE_HEAD, Table, methods, rate_cells
from recognition_audit.findings.beside import ONE_FOR_ALL
from recognition_audit.limits import ERRORS_FOR_A_RATE
from recognition_audit.metrics.base import METRICS
from recognition_audit.reading import TOO_FEW, Document, Hidden, Row, key_of, within
from recognition_audit.words import (
    counted,
    heading,
    measure,
    number,
    numbers,
    people,
    percent,
    points,
    score,
    title,
)

EXPLORED_MAX = 20
SYSTEM = "System"
EXTRA = (
    ("system", SYSTEM), ("threshold", "Threshold"), ("gallery", "Gallery"), ("rank", "Rank"),
    ("kind", "Galleries"),
)  # fmt: skip
SMALLEST_P = 0.001
STRICTER = {
    "distance": "A smaller distance is stricter.",
    "similarity": "A larger similarity is stricter.",
}
DESCRIPTION = "A description only: nobody uses a system at these values."
EXPLORED = (
    "The first were named before looking (Holm); the others explore (Benjamini-Hochberg) and are "
    "those with the smallest p."
)


def every(document: Document) -> Iterator[Table]:
    """All tables that hold a row, in the order of a page."""
    of_two = (paired, paired_measures) if document["task"] == "pairing" else ()
    parts = (
        differentials, contrasts, bands, equality, summaries, shifts, *of_two,
        confusion, printed, groups, checks,
        files,
    )  # fmt: skip
    made = (*rates(document), *(part(document) for part in parts))
    return (table for table in made if table.rows)


def rates(document: Document) -> Iterator[Table]:
    """The rates within groups, a table for each metric and choice of axes."""
    found: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for metric in dict.fromkeys(row["metric"] for row in document["rates"]):
        for row in within(document, metric):
            found.setdefault((metric, tuple(row["axes"])), []).append(row)
    for (metric, axes), rows in found.items():
        where = f" by {' × '.join(axes)}" if axes else ""
        yield _rates(f"{title(metric)}{where}", metric, rows)


def _rates(caption: str, metric: str, rows: Sequence[Row]) -> Table:
    extra = [
        (name, words) for name, words in EXTRA if any(row.get(name) is not None for row in rows)
    ]
    lines = []
    for row in rows:
        first, *others = rate_cells(row)
        lines.append((first, *(_cell(row.get(name)) for name, _words in extra), *others))
    head = (RATE_HEAD[0], *(words for _name, words in extra), *RATE_HEAD[1:])
    return Table(caption, head, tuple(lines), f"{_counted(metric)} {methods(rows)}".strip())


def _counted(metric: str) -> str:
    known = METRICS.get(metric)
    if not known:
        return ""
    return f"Errors: {known.errors}. Of: {known.trials} ({known.source})."


def _cell(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return f"below {SMALLEST_P:g}" if value < SMALLEST_P else f"{value:.2g}"


def _by_system(table: Table, rows: Sequence[Row]) -> Table:
    """The table with each row's system behind its first cell, where the rows name any."""
    if not any(row.get("system") for row in rows):
        return table
    lines = tuple(
        (first, row.get("system") or "", *others)
        for (first, *others), row in zip(table.rows, rows, strict=True)
    )
    return replace(table, head=(table.head[0], SYSTEM, *table.head[1:]), rows=lines)


def _axes(row: Row) -> str:
    return " × ".join(row["axes"]) or "all"


def differentials(document: Document) -> Table:
    lines, gone = [], Hidden(document)
    for row in document.get("differentials", ()):
        ends = [
            heading(row[side], row["axes"])
            if row[side] is not None and not gone.has(row["axes"], row[side], *row["metrics"])
            else ""
            for side in ("worst", "best")
        ]
        null = row["null_model"] or {}
        shown = [number(null[k]) for k in ("median", "p95") if null.get(k) is not None]
        lines.append((
            measure(row["measure"]), ", ".join(row["metrics"]), _axes(row),
            f"{row['threshold'] or ''}{_gallery(row)}",
            "no value" if row["value"] is None else number(row["value"]), numbers(row["ci"]),
            " to ".join(shown), _p(row["p"]), *ends, row["note"] or "",
        ))  # fmt: skip
    head = (
        "Measure", "Metric", "Groups by", "Threshold", "Value", "Interval", "Shuffled labels", "p",
        "Highest", "Lowest", "Note",
    )  # fmt: skip
    note = "Shuffled labels: the median of the measure when labels are shuffled, to its 95 % point."
    found = Table("Differentials over all groups", head, tuple(lines), note)
    return _by_system(found, document.get("differentials", ()))


def _gallery(row: Row) -> str:
    return f", gallery of {row['gallery']:,}" if row.get("gallery") else ""


def contrasts(document: Document) -> Table:
    """The named ones, then the explored with the smallest p, up to a number."""
    gone = Hidden(document)
    rows = [
        row
        for row in document.get("contrasts", ())
        if not any(gone.has(row["axes"], row[side], row["metric"]) for side in ("a", "b"))
    ]
    rest = [row for row in rows if not row["named"]]
    few = sorted(rest, key=lambda row: 2 if row["p_adjusted"] is None else row["p_adjusted"])
    shown = [row for row in rows if row["named"]] + few[:EXPLORED_MAX]
    lines = tuple(
        (
            f"{heading(row['a'], row['axes'])} against {heading(row['b'], row['axes'])}",
            title(row["metric"]), f"{row['threshold'] or ''}{_gallery(row)}",
            "too few errors" if row["ratio"] is None else number(row["ratio"]),
            numbers(row["ci"]),
            "" if row["difference"] is None else f"{points(row['difference'])} points",
            _p(row["p_adjusted"]), "yes" if row["named"] else "no",
        )
        for row in shown
    )  # fmt: skip
    head = ("Groups", "Metric", "Threshold", "Ratio", "Interval", "Difference", "p, adjusted",
            "Named before")  # fmt: skip
    left = len(rest) - len(few[:EXPLORED_MAX])
    note = f"{EXPLORED} {left:,} more stand in the JSON." if left else EXPLORED
    return _by_system(Table("Group against group", head, lines, note), shown)


def bands(document: Document) -> Table:
    gone = Hidden(document)
    rows = [
        row
        for row in document.get("bands", ())
        if not gone.has(row["axes"], row["group"], row["metric"])
    ]
    lines = tuple(
        (
            heading(row["group"], row["axes"]), title(row["metric"]),
            f"{row['threshold'] or ''}{_gallery(row)}",
            f"{percent(row['lo'])} to {percent(row['hi'])}", f"{row['level'] * 100:g} %",
            row["method"],
        )
        for row in rows
    )  # fmt: skip
    head = ("Group", "Highest in", "Threshold", "Band", "Level", "Method")
    note = "Wide enough although the group was chosen after looking."
    return _by_system(Table("The highest group’s band", head, lines, note), rows)


def equality(document: Document) -> Table:
    """The threshold that each group would need for another's false match rate."""
    gone, kind = Hidden(document), document["system"].get("score", "")
    at = {step["name"]: step["value"] for step in document["thresholds"]}
    now = {
        (row["metric"], *key_of(row["axes"], row["group_a"]), row["threshold"]): _errors(row)
        for metric in ("FMR", "FNMR")
        for row in within(document, metric)
    }
    missed = any(metric == "FNMR" for metric, *_place in now)
    lines = []
    for row in document.get("equality", ()):
        if any(gone.has(row["axes"], row[side], "FMR") for side in ("group", "as_in")):
            continue
        place = (*key_of(row["axes"], row["group"]), row["threshold"])
        both = [[now.get((name, *place), ""), _errors(row[name.lower()])]
                for name in ("FMR", "FNMR")]  # fmt: skip
        lines.append((
            heading(row["group"], row["axes"]), row["threshold"], both[0][0],
            f"{percent(row['wanted'])}, of {people(row['as_in'], row['axes'])}",
            "too few errors" if row["value"] is None
            else score(row["value"], at.get(row["threshold"]), kind),
            both[0][1], *(both[1] if missed else ()),
        ))  # fmt: skip
    head = ("Group", "Threshold", "False matches now", "Rate wanted", "Threshold needed",
            "False matches there")  # fmt: skip
    of_missed = ("False non-matches now", "False non-matches there") if missed else ()
    caption = "What equal false match rates would need"
    note = f"{ONE_FOR_ALL} {STRICTER.get(kind, '')}".strip()
    return Table(caption, (*head, *of_missed), tuple(lines), note)


def _errors(row: Row | None) -> str:
    """“31 of 2,000 (1.55 %)”, and that fewer than 30 errors are indicative."""
    if row is None:
        return ""
    return counted(row, ", indicative" if row["errors"] < ERRORS_FOR_A_RATE else "")


def summaries(document: Document) -> Table:
    gone = Hidden(document)
    lines = tuple(
        (
            heading(row["group"], row["axes"]), title(row["metric"]),
            percent(row["value"]) if row["metric"] == "EER" else number(row["value"]),
            _summary_ends(row), row["adequacy"],
        )
        for row in document.get("summaries", ())
        if row["value"] is not None and not gone.has(row["axes"], row["group"])
    )  # fmt: skip
    return Table(
        "Descriptions", ("Group", "Metric", "Value", "Interval", "Data"), lines, DESCRIPTION
    )


def _summary_ends(row: Row) -> str:
    ci = row["ci"]
    if not ci or row["metric"] != "EER":
        return numbers(ci)
    return f"{percent(ci['lo'])} to {percent(ci['hi'])}"


def shifts(document: Document) -> Table:
    """Where the scores of each group lie."""
    metric_of, gone = {"impostor": "FMR", "mated": "FNMR"}, Hidden(document)
    lines = tuple(
        (
            heading(row["group"], row["axes"]),
            "two people" if row["kind"] == "impostor" else "one person",
            *(number(row[name]) for name in ("mean", "q05", "q50", "q95")), f"{row['n']:,}",
        )
        for row in document.get("shifts", ())
        if not gone.has(row["axes"], row["group"], metric_of[row["kind"]])
    )  # fmt: skip
    head = ("Group", "Comparisons of", "Mean", "5 % below", "Half below", "95 % below", "Number")
    return Table("Where the scores of each group lie", head, lines)


def paired(document: Document) -> Table:
    """Both systems on the same people: every metric, threshold and choice of groups."""
    rows = [
        row
        for row in document.get("paired_rates", ())
        if row["adequacy"] != TOO_FEW and row["difference"] is not None
    ]
    lines = []
    for row in rows:
        first, *others = pairs.cells_of(row)
        steps = ", ".join(dict.fromkeys(s for s in (row["threshold_a"], row["threshold_b"]) if s))
        lines.append((first, title(row["metric"]), steps, *others))
    first, *others = pairs.head_of(document)
    head = (first, "Metric", "Threshold", *others)
    note = "Points: the second system less the first. p by Benjamini-Hochberg over all rows."
    return Table("Two systems on the same people", head, tuple(lines), note)


def paired_measures(document: Document) -> Table:
    lines = tuple(
        (
            measure(row["measure"]), row["metric"], _axes(row),
            ", ".join(dict.fromkeys(s for s in (row["threshold_a"], row["threshold_b"]) if s)),
            number(row["value_a"]), number(row["value_b"]), number(row["ratio"]),
            numbers(row["ci"]),
        )
        for row in document.get("paired_measures", ())
    )  # fmt: skip
    head = ("Measure", "Metric", "Groups by", "Threshold", *pairs.names_of(document), "Ratio",
            "Interval")  # fmt: skip
    return Table("Differentials of two systems", head, lines)


def confusion(document: Document) -> Table:
    lines = tuple(
        (row["truth"], row["predicted"] or "not processed", f"{row['faces']:,}")
        for row in document.get("confusion", ())
        if row["faces"] is not None
    )
    return Table("True labels and answers", ("True label", "Answer", "Faces"), lines)


def printed(document: Document) -> Table:
    lines = tuple(
        (
            heading(row["group"], row["axes"]), row["system"] or "", title(row["metric"]),
            row["threshold"] or "", percent(row["value"]),
        )
        for row in document.get("printed", ())
    )  # fmt: skip
    note = "As others printed them; without counts no interval can be given."
    head = ("Group", SYSTEM, "Metric", "Threshold", "As printed")
    return Table("Rates as printed", head, lines, note)


def groups(document: Document) -> Table:
    """How much data there are; groups with too few are not named."""
    gone = Hidden(document)
    axes_of = {frozenset(row["axes"]): row["axes"] for row in document["rates"]}
    lines = tuple(
        (
            heading(group["id"], axes_of.get(frozenset(group["axes"]), list(group["axes"]))),
            *(_cell(group.get(name)) for name in ("subjects", "samples", "mated", "impostors")),
        )
        for group in document.get("groups", ())
        if not gone.has(group["axes"], group["id"])
    )
    head = ("Group", "People", "Samples", "Comparisons of one person", "Comparisons of two people")
    return Table("The groups", head, lines)


def checks(document: Document) -> Table:
    lines = tuple(
        (row["message"], f"{row['count']:,}", row.get("severity", "info"))
        for row in document["checks"]
    )
    return Table("What the files held besides", ("Kind", "Number", "Severity"), lines)


def files(document: Document) -> Table:
    lines = tuple(
        (one["role"], _cell(one["rows"]), f"{one['bytes']:,}", one["sha256"])
        for one in document["manifest"]["inputs"]
    )
    note = "A file is known by its content; its name on somebody’s disk is not kept."
    return Table("The files", ("File", "Rows", "Bytes", "SHA-256"), lines, note)
