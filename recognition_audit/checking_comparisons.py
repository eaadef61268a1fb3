"""The look at comparison scores: polarity by name and by data, scales, groups.

It counts as an audit does, so what it says of groups and oddities is what the audit will say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from recognition_audit import comparison_checks
from recognition_audit.comparison_rates import people_of, shown_rates, untold_of
from recognition_audit.concealment import gone_from, hidden_groups
from recognition_audit.curves import equal_error_rate
from recognition_audit.documents import Row, check
from recognition_audit.engine import Count, Plan, Threads
from recognition_audit.groups import sizes
from recognition_audit.histogram import Histograms
from recognition_audit.limits import ERRORS_AT_FIXED_RATE, SUBJECTS_MIN, Adequacy
from recognition_audit.readers import tables
from recognition_audit.readers.bob import open_bob
from recognition_audit.readers.comparisons import Comparisons, Source
from recognition_audit.readers.opening import opened
from recognition_audit.readers.pairs import PairsColumns, polarity_by_name
from recognition_audit.readers.sniffing import matrix_polarity
from recognition_audit.report import rounded
from recognition_audit.thresholds import Threshold

Labels = tuple[list[str], dict[str, tuple[str, ...]]]
OF_EVERYBODY = ("matrix", "embeddings")
CHANCE = 0.5
# Units are counted at a threshold; which one does not matter here.
ANY_THRESHOLD = (0.0,)


class Asked(Protocol):
    """The part of what the caller said that is needed here."""

    @property
    def data(self) -> Any: ...
    @property
    def subjects(self) -> Any: ...
    @property
    def groups(self) -> Sequence[str] | None: ...
    @property
    def columns(self) -> Mapping[str, str]: ...
    @property
    def polarity(self) -> str | None: ...
    @property
    def progress(self) -> Any: ...
    def command(self, audit: str, *more: str) -> str: ...


@dataclass(frozen=True)
class Seen:
    """What counting gave. kind: the polarity by name or as told, by_data: what the scores say."""

    comparisons: Comparisons
    histograms: Histograms
    groups: list[Row]
    impostors: int
    within: int
    mated: int
    kind: str | None
    by_data: str | None


def look(asked: Asked, document: Row, labels: Labels | None) -> int:
    """Fill the document; returns the number of rows."""
    layout = document["layout"]
    by_name = _by_name(asked, layout)
    document["polarity"]["by_name"] = by_name
    if layout in OF_EVERYBODY and asked.subjects is None:
        document["audits"].append(_needs_subjects(asked))
        if layout == "embeddings":
            return 0
        return tables.rows_of(asked.data) or _count_rows(asked)
    kind = asked.polarity or by_name
    source = _source(asked, layout, kind or "distance", labels)
    seen = _counted(source, kind, asked)
    document["axes"] = seen.comparisons.units.axes
    document["polarity"]["by_data"] = seen.by_data
    if seen.histograms.scale is not None:
        sign = seen.histograms.sign
        low, high = sorted((sign * seen.histograms.low, sign * seen.histograms.high))
        document["scores"] = {"lowest": rounded(low) + 0.0, "highest": rounded(high) + 0.0}
    document["checks"] = _checks(seen)
    document["groups"] = seen.groups
    document["audits"].append(_verify(asked, document, seen))
    if layout in OF_EVERYBODY:
        document["audits"].append(_identify(asked, len(seen.comparisons.units)))
    return seen.comparisons.rows


def _by_name(asked: Asked, layout: str) -> str | None:
    if layout in ("bob", "embeddings"):
        return "similarity"
    if layout == "matrix":
        return matrix_polarity(tables.columns_of(asked.data)[0])
    return polarity_by_name(PairsColumns(asked.data, asked.columns, None, axes_inline=False).score)


def _source(asked: Asked, layout: str, kind: str, labels: Labels | None) -> Source:
    if layout == "bob":
        return open_bob(asked.data, polarity=kind, axes=asked.groups, labels=labels)
    return opened(asked.data, layout, asked.subjects, kind, asked.groups, asked.columns).source


def _counted(source: Source, kind: str | None, asked: Asked) -> Seen:
    plan = Plan(ANY_THRESHOLD, histograms=True, first=True)
    count = Threads().count(source, plan, asked.progress)
    histograms = count.tally.histograms
    assert histograms is not None  # noqa: S101 - the plan asked for them
    has_subjects = source.has_subjects
    comparisons = Comparisons(
        source.polarity, has_subjects, count.units, count.oddities, count.rows
    )
    groups = _groups(count, comparisons) if count.rows else []
    impostors = histograms.total(lambda cell: not cell[0])
    mated = histograms.total(lambda cell: cell[0])
    within = histograms.total(lambda cell: not cell[0] and cell[1] == cell[2])
    by_data = None
    if impostors.any() and mated.any():
        rate = equal_error_rate(impostors, mated)
        other = "similarity" if source.polarity == "distance" else "distance"
        by_data = source.polarity if rate < CHANCE else other if rate > CHANCE else None
    return Seen(
        comparisons,
        histograms,
        groups,
        int(impostors.sum()),
        int(within.sum()),
        int(mated.sum()),
        kind,
        by_data,
    )


def _groups(count: Count, comparisons: Comparisons) -> list[Row]:
    """The groups as the audit will show them: trials are the same at every threshold."""
    of_groups = sizes(count.tally, comparisons)
    hidden = hidden_groups(people_of(of_groups, comparisons), comparisons.units.axes)
    steps = [Threshold("any", value, "") for value in ANY_THRESHOLD]
    gone = gone_from(shown_rates(count.tally, comparisons, steps, of_groups, hidden))
    return [size.row(untold_of(size.view, hidden, gone)) for size in of_groups]


def _needs_subjects(asked: Asked) -> Row:
    return {
        "audit": "verify",
        "ready": False,
        "says": [],
        "needs": ["--subjects TABLE: who is compared with whom"],
        "command": asked.command("verify", "--subjects", "TABLE"),
    }


def _count_rows(asked: Asked) -> int:
    columns = tables.columns_of(asked.data)[:1]
    return sum(len(cells[columns[0]]) for _row, cells in tables.chunks(asked.data, columns))


def _checks(seen: Seen) -> list[Row]:
    found = comparison_checks.checks(seen.comparisons.oddities, seen.histograms)
    if seen.kind is None:
        # Read as distances for want of better: a negative one is no fault of a similarity.
        found = [one for one in found if one["message"] != "negative distances"]
    if seen.by_data and seen.kind and seen.by_data != seen.kind:
        words = (
            f"the scores are told to be a {seen.kind}, and so read they are wrong more often than "
            f"chance: a {seen.by_data}"
        )
        found.append(check(words, seen.comparisons.rows, "error"))
    return found


def _verify(asked: Asked, document: Row, seen: Seen) -> Row:
    whole = [row for row in document["groups"] if len(row["axes"]) == len(document["axes"])]
    enough = [row for row in whole if row["adequacy"] != Adequacy.TOO_FEW]
    says = [f"false matches (FMR) within {len(enough)} of {len(whole)} groups"] if enough else []
    if seen.mated and enough:
        says.append(f"false non-matches (FNMR) over {seen.mated:,} mated comparisons")
    if seen.within >= ERRORS_AT_FIXED_RATE:
        says.append(f"thresholds at a fixed FMR down to {ERRORS_AT_FIXED_RATE / seen.within:.1g}")
    if not seen.comparisons.has_subjects:
        says.append("intervals only as “at least this wide”: there are no subject ids")
    needs = ["--threshold VALUE or --at-fmr RATE"]
    by_name = document["polarity"]["by_name"]
    kind = seen.kind or seen.by_data
    if not seen.kind:
        needs.append(f"--{kind}" if kind else "--distance or --similarity")
    options = [f"--{kind}"] if kind and not by_name else []
    return {
        "audit": "verify",
        "ready": bool(says) and seen.comparisons.rows > 0,
        "says": says,
        "needs": needs,
        "command": asked.command("verify", *options, "--at-fmr", "0.01"),
    }


def _identify(asked: Asked, people: int) -> Row:
    return {
        "audit": "identify",
        "ready": people > 2 * SUBJECTS_MIN,
        "says": [f"false hits (FPIR) in galleries drawn from {people:,} people"],
        "needs": ["--threshold VALUE"],
        "command": asked.command("identify", "--threshold", "VALUE"),
    }
