"""The audit of published tables: counts (errors of n) and rates without counts."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any

from recognition_audit import findings
from recognition_audit.concealment import conceal, emptied, name_of_row
from recognition_audit.differentials import of_rows
from recognition_audit.documents import (
    Group,
    Row,
    check,
    checks_of,
    document_of,
    views,
)
from recognition_audit.errors import BadInput
from recognition_audit.intervals import Interval, at_least_this_wide, independent
from recognition_audit.limits import SEED
from recognition_audit.metrics import METRICS
from recognition_audit.printed import printed_rates
from recognition_audit.readers.counts import NO_LABEL, Count, Counts
from recognition_audit.readers.rates import Rates
from recognition_audit.readers.sniffing import known, sniff
from recognition_audit.report import Report, input_entry, manifest, rate_row
from recognition_audit.views import EVERYBODY

PathInput = str | PathLike[str]
OF_FACES = ("FTE", "error", "error_of_all")  # processed and not are all
# Their trials are comparisons, and one face is in many.
OF_COMPARISONS = ("FMR", "FNMR", "FNMR_of_all")
# A row with one of these labels is about all groups of that axis.
TOTALS = {"all", "total", "overall", "everybody", "everyone", "any", "both", "*"}
# One column that may hold women, dark skin and dark-skinned women at once: no sum is made.
MIXED_AXIS = "group"
NOT_THE_SUM = "totals that are not the sum of their groups"
NOT_THE_PERCENT = "printed percentages that do not follow from their counts"
Key = tuple[str, str, str | None, int | None]


def count(
    path: PathInput,
    *,
    layout: str | None = None,
    metric: str | None = None,
    percent_values: bool | None = None,
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    system: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    seed: int | None = None,
    contrasts: Sequence[tuple[str, str]] | None = None,
    reference: str | None = None,
) -> Report:
    """Audit a published table; raises BadInput.

    layout : "counts" (errors of n) or "rates" (shares without counts).
    metric : what the errors are, where no column says so; "error" if not given.
    percent_values : the rates of a table of rates are percentages.
    contrasts, reference : pairs of groups, or one against all, named before looking.
    """
    data = known(path)
    kind = layout or ("rates" if sniff(data).layout == "rates" else "counts")
    parameters: Row = {
        "layout": kind,
        "metric": metric or "error",
        "percent_values": bool(percent_values),
        "columns": dict(columns or {}),
        "seed": SEED if seed is None else seed,
        "contrasts": [list(pair) for pair in contrasts or ()],
        "reference": reference,
        "system": dict(system or {}),
        "labels": dict(labels or {}),
        "source": dict(source or {}),
    }
    if kind == "rates":
        table = Rates(data, columns=columns, groups=groups, percent=bool(percent_values))
        return printed_rates(data, table, parameters)
    of = Counts(data, metric=parameters["metric"], columns=columns, groups=groups)
    found = list(of.counts())
    if not found:
        raise BadInput("there is no row of counts with its labels", file=data.name)
    return _report(data, of, found, parameters)


def _report(data: Path, of: Counts, found: Sequence[Count], parameters: Row) -> Report:
    parameters["groups"] = of.axes
    inputs = [input_entry("data", data, of.rows)]
    document = document_of("counts", manifest("counts", inputs, parameters), of.axes)
    rows, odd = [], 0
    for key, part in _parts(found).items():
        told, not_sums = _of_part(key, part, of, data.name)
        rows += told
        odd += not_sums
    document["rates"] = _concealed(rows, is_mixed=of.axes == [MIXED_AXIS])
    contrasts = [(first, second) for first, second in parameters["contrasts"]]
    document |= of_rows(
        document["rates"],
        parameters["seed"],
        contrasts=contrasts,
        reference=parameters["reference"],
    )
    document["thresholds"] = [
        {"name": name, "value": _number(name), "origin": "stated by the table", "tuned": False}
        for name in dict.fromkeys(one.threshold for one in found if one.threshold)
    ]
    document["checks"] = [
        *checks_of(of.oddities.counts, (NO_LABEL,)),
        *_checks(found, odd),
    ]
    document["findings"] = findings.of_document(document)
    document["limits"] = findings.limits_of_document(document)
    return Report(document)


def _concealed(rows: Sequence[Row], *, is_mixed: bool) -> list[Row]:
    """`conceal`, where metrics of the same faces or overlapping labels would tell what is hidden.

    is_mixed : one axis holds labels of several, so that everybody is no sum of them.
    """
    found = conceal(rows)
    few = {name_of_row(row) for row in found if _is_of_faces(row) and row["value"] is None}
    if few:
        others = iter(conceal([row for row in rows if _is_of_faces(row)], few))
        found = [next(others) if _is_of_faces(row) else row for row in found]
    if is_mixed and any(row["value"] is None for row in found):
        found = [emptied(row) if row["group_a"] == EVERYBODY else row for row in found]
    return found


def _is_of_faces(row: Row) -> bool:
    return row["metric"] in OF_FACES


def _parts(found: Sequence[Count]) -> dict[Key, list[Count]]:
    """The rows of one system, metric, threshold and gallery together, in the file's order."""
    parts: dict[Key, list[Count]] = {}
    for one in found:
        key = (one.system, one.metric, one.threshold, one.gallery)
        parts.setdefault(key, []).append(one)
    return parts


def _of_part(key: Key, part: Sequence[Count], of: Counts, file: str) -> tuple[list[Row], int]:
    """The rates of every view, and how many given totals are not the sum of their groups."""
    given: dict[tuple[tuple[str, ...], str], Count] = {}
    whole: dict[Group, Count] = {}
    for one in part:
        names = tuple(a for a, g in zip(of.axes, one.group, strict=True) if not _is_total(g))
        name = " · ".join(g for g in one.group if not _is_total(g)) or EVERYBODY
        if (names, name) in given:
            words = f"the group {name} stands twice for one system, metric, threshold and gallery"
            raise BadInput(words, file=file, row=one.row)
        given[names, name] = one
        if len(names) == len(of.axes):
            whole[one.group] = one
    rows, odd = [], 0
    for axes, name_of in views(of.axes):
        sums = _sums(whole, name_of) if of.axes != [MIXED_AXIS] or axes else {}
        listed = {name: one for (names, name), one in given.items() if names == tuple(axes)}
        odd += sum(
            (one.errors, one.n) != sums[name]
            for name, one in listed.items()
            if name in sums and whole
        )
        sums |= {name: (one.errors, one.n) for name, one in listed.items()}
        rows += [_row(key, axes, name, *both) for name, both in sorted(sums.items())]
    return rows, odd


def _sums(whole: Mapping[Group, Count], name_of: Any) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for group, one in whole.items():
        errors, n = sums.get(name_of(group), (0, 0))
        sums[name_of(group)] = (errors + one.errors, n + one.n)
    return sums


def _is_total(label: str) -> bool:
    return label.lower() in TOTALS


def _row(key: Key, axes: Sequence[str], name: str, errors: int, n: int) -> Row:
    system, metric, threshold, gallery = key
    row = rate_row(
        METRICS[metric],
        errors=errors,
        trials=n,
        subjects=None if metric in OF_COMPARISONS else n,
        interval=_interval(metric, errors, n),
        group_a=name,
        group_b=name if metric == "FMR" else None,
        threshold=threshold,
        axes=axes,
    )
    row |= {"gallery": gallery} if gallery is not None else {}
    return row | ({"system": system} if system else {})


def _interval(metric: str, errors: int, n: int) -> Interval | None:
    if not n:
        return None
    return (at_least_this_wide if metric in OF_COMPARISONS else independent)(errors, n)


def follows(errors: int, n: int, printed: str, *, hits: bool = False) -> bool:
    """Whether a printed percentage is the rounding of errors / n, in either direction at a half.

    >>> follows(28, 535, "5.2"), follows(28, 535, "5.3")
    (True, False)
    """
    value = Decimal(printed)
    digits = -int(value.as_tuple().exponent)
    share = Decimal(100) * (n - errors if hits else errors) / n
    return abs(share - value) <= Decimal(5) * Decimal(10) ** (-digits - 1)


def _checks(found: Sequence[Count], not_sums: int) -> Iterator[Row]:
    wrong = [
        one
        for one in found
        if one.percent is not None
        and one.n
        and not follows(one.errors, one.n, one.percent, hits=METRICS[one.metric].of_hits)
    ]
    if wrong:
        places = ", ".join(str(one.row) for one in wrong[:5])
        more = " and more" if len(wrong) > 5 else ""  # noqa: PLR2004 - as many are named
        yield check(f"{NOT_THE_PERCENT} (rows {places}{more})", len(wrong), "warning")
    if not_sums:
        yield check(NOT_THE_SUM, not_sums, "warning")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
