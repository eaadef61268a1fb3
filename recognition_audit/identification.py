"""The audit of 1:N searches: false hits for strangers, and people in the gallery not found."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from recognition_audit import findings
from recognition_audit.concealment import checks_of_hidden, conceal, gone_from, hidden_groups
from recognition_audit.differentials import Gone
from recognition_audit.documents import Group, Row, checks_of, document_of, groups_part, views
from recognition_audit.errors import BadInput
from recognition_audit.galleries import DRAWS
from recognition_audit.identification_drawn import identify_drawn
from recognition_audit.intervals import (
    Interval,
    clopper_pearson,
    independent,
    subject_jackknife,
)
from recognition_audit.limits import SEED
from recognition_audit.metrics.base import Metric
from recognition_audit.metrics.identification import FNIR, FPIR
from recognition_audit.people import of_people
from recognition_audit.readers import searches as reading
from recognition_audit.readers.columns import of_subjects
from recognition_audit.readers.comparisons import Oddities
from recognition_audit.readers.pairs import polarity_by_name
from recognition_audit.readers.searches import Search, Searches
from recognition_audit.readers.sniffing import known, sniff
from recognition_audit.readers.subjects import read_labels
from recognition_audit.report import Report, input_entry, manifest, rate_row
from recognition_audit.thresholds import Threshold

PathInput = str | PathLike[str]
AS_RUN = Threshold("as run", float("nan"), "not stated by the file")
# (metric, gallery, threshold's name, rank or 0) -> (group, person) -> [errors, trials]
Key = tuple[str, int, str, int]
People = dict[tuple[Group, str], list[int]]
SCORES_TO_JUDGE = 10
ROWS_BETWEEN_NEWS = 10_000
DRAWS_MAX = 10_000
DRAWN_FROM = ("matrix", "embeddings")


def identify(
    path: PathInput,
    *,
    layout: str | None = None,
    subjects: PathInput | None = None,
    thresholds: Sequence[Threshold] = (),
    ranks: Sequence[int] = (1,),
    gallery: int | None = None,
    sizes: Sequence[int] | None = None,
    draws: int | None = None,
    project: bool | None = None,
    polarity: str | None = None,
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    system: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    seed: int | None = None,
    contrasts: Sequence[tuple[str, str]] | None = None,
    reference: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Audit searches; raises BadInput.

    layout : "searches", one search a row; or "matrix" or "embeddings", all pairs of the people of
    a table, from which galleries are drawn (sizes, draws, seed) and, where `project`, 1:1 rates
    projected. By the columns if None.
    thresholds : at which best scores to measure, or where the hits of the file were taken.
    ranks : a person in the gallery is found where they are among the first so many.
    gallery : its size, where no column says so.
    contrasts, reference : pairs of groups, or one against all, named before looking; of searches.
    """
    data, kind = _found(path, layout)
    parameters: Row = {
        "layout": kind,
        "thresholds": [asdict(step) for step in thresholds],
        "ranks": sorted(set(ranks)),
        "gallery": gallery,
        "polarity": polarity,
        "columns": dict(columns or {}),
        "seed": SEED if seed is None else seed,
        "contrasts": [list(pair) for pair in contrasts or ()],
        "reference": reference,
        "system": dict(system or {}),
        "labels": dict(labels or {}),
        "source": dict(source or {}),
    }
    _refuse_impossible(kind, ranks, draws, named=bool(contrasts or reference))
    inputs = [("subjects", known(subjects))] if subjects else []
    if kind in DRAWN_FROM:
        parameters |= {
            "sizes": list(sizes) if sizes else None,
            "draws": draws or DRAWS,
            "project": bool(project),
        }
        return identify_drawn(data, inputs, thresholds, groups, parameters, progress)
    of = _opened(data, inputs, thresholds, gallery, groups, columns)
    return _searched(of, inputs, thresholds, parameters, progress)


def _found(path: PathInput, layout: str | None) -> tuple[Path, str]:
    """The file, and the layout that it has."""
    embeddings = layout == "embeddings" or Path(path).suffix.lower() == ".npy"
    data = known(path, any_name=embeddings)
    kind = layout or ("embeddings" if embeddings else sniff(data).layout)
    return data, kind if kind in DRAWN_FROM else "searches"


def _refuse_impossible(kind: str, ranks: Sequence[int], draws: int | None, *, named: bool) -> None:
    if min(ranks, default=0) < 1 or not 1 <= (draws or DRAWS) <= DRAWS_MAX:
        raise BadInput(f"ranks begin at 1, and 1 to {DRAWS_MAX:,} galleries can be drawn")
    if kind in DRAWN_FROM and named:
        raise BadInput("drawn galleries search the same people again: nothing is contrasted")


def _searched(
    of: Searches,
    inputs: Sequence[tuple[str, Path]],
    thresholds: Sequence[Threshold],
    parameters: Row,
    progress: Callable[[int, int], None] | None,
) -> Report:
    """Count the searches of a file, one after the other."""
    way = _polarity(of, parameters["polarity"], of.path.name)
    counted = _Counting(of.kind, way, thresholds, parameters["ranks"])
    for search in of.searches():
        counted.add(search)
        if progress and of.rows % ROWS_BETWEEN_NEWS == 0:
            progress(of.rows, 0)
    counted.refuse_wrong_way_round(of.path.name)
    parameters["polarity"], parameters["groups"] = way, of.axes
    entries = [input_entry("data", of.path, of.rows)]
    entries += [input_entry(role, extra, None) for role, extra in inputs]
    return _report(counted, of, manifest("identify", entries, parameters))


def _opened(
    data: Path,
    inputs: Sequence[tuple[str, Path]],
    thresholds: Sequence[Threshold],
    gallery: int | None,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None,
) -> Searches:
    if gallery is not None and gallery < 1:
        raise BadInput("a gallery has at least one person")
    labels, noted = None, Oddities()
    if inputs:
        mapping = of_subjects(columns)
        labels = read_labels(inputs[0][1], groups, columns=mapping, note=noted.add)
    of = Searches(
        data,
        columns=columns,
        groups=groups,
        labels=labels,
        gallery=gallery,
        by_scores=bool(thresholds),
    )
    of.oddities.absorb(noted)
    if of.kind == "scores" and not (thresholds or of.of["threshold"]):
        raise BadInput("name a threshold: --threshold VALUE", file=data.name)
    if of.kind == "hits" and len(thresholds) > 1:
        words = "hits were taken at one threshold; several need the best scores (column score)"
        raise BadInput(words, file=data.name)
    return of


def _polarity(of: Searches, given: str | None, file: str) -> str | None:
    if of.kind == "hits":
        return given
    found = given or polarity_by_name(of.of["score"])
    if found not in ("distance", "similarity"):
        words = "say whether a small score means alike (--distance) or a large one (--similarity)"
        raise BadInput(words, file=file)
    return found


@dataclass
class _Counting:
    """Errors and trials by person, from one reading of the searches."""

    kind: str
    polarity: str | None
    given: Sequence[Threshold]
    ranks: Sequence[int]
    cells: dict[Key, People] = field(default_factory=dict)
    steps: dict[str, Threshold] = field(default_factory=dict)
    strangers: list[float] = field(default_factory=list)
    mates: list[float] = field(default_factory=list)

    def add(self, search: Search) -> None:
        self._remember(search)
        for step in self._steps(search):
            self.steps[step.name] = step
            if not search.mated:
                self._count(FPIR, search, step, 0, error=self._any_hit(search, step))
                continue
            for rank in self.ranks:
                error = not self._found(search, step, rank)
                self._count(FNIR, search, step, rank, error=error)

    def refuse_wrong_way_round(self, file: str) -> None:
        """Refuse scores by which strangers are more alike than mates; raises BadInput."""
        mates, strangers = np.sort(self.mates), np.array(self.strangers)
        if min(mates.size, strangers.size) < SCORES_TO_JUDGE:
            return
        below = np.searchsorted(mates, strangers, side="left")
        ties = np.searchsorted(mates, strangers, side="right") - below
        larger = 1 - (below + ties / 2).mean() / mates.size
        alike = larger if self.polarity == "similarity" else 1 - larger
        if alike < 0.5:  # noqa: PLR2004 - chance
            other = "similarity" if self.polarity == "distance" else "distance"
            words = (
                f"read as a {self.polarity}, strangers score as more alike than mates (in "
                f"{1 - alike:.0%} of pairs). The scores are a {other}: say --{other}."
            )
            raise BadInput(words, file=file)

    def _remember(self, search: Search) -> None:
        if self.kind == "scores":
            score = self._mate_score(search) if search.mated else search.score
            if np.isfinite(score):
                (self.mates if search.mated else self.strangers).append(score)

    def _steps(self, search: Search) -> Sequence[Threshold]:
        if self.given:
            if self.kind == "hits" and np.isfinite(search.threshold):
                self._refuse_another(search.threshold)
            return self.given
        if np.isfinite(search.threshold):
            value = search.threshold
            return [Threshold(f"{value:g}", value, "stated by the file")]
        return [AS_RUN]

    def _refuse_another(self, stated: float) -> None:
        """Hits belong to the threshold that the system ran at; another cannot be named for them."""
        if stated != self.given[0].value:
            words = (
                f"the file states hits at {stated:g}, not at {self.given[0].value:g}. Leave "
                "--threshold out, or audit the rows of one threshold."
            )
            raise BadInput(words)

    def _any_hit(self, search: Search, step: Threshold) -> bool:
        if self.kind == "hits":
            return search.hits > 0
        return self._accepts(search.score, step)

    def _found(self, search: Search, step: Threshold, rank: int) -> bool:
        if not search.rank or search.rank > rank:
            return False
        if self.kind == "hits":
            return search.hits > 0
        score = self._mate_score(search)
        if not np.isfinite(score):
            words = (
                "a rank above 1 needs the mate's own score: name its column "
                "(--column mate_score=NAME) or ask for rank 1 only"
            )
            raise BadInput(words)
        return self._accepts(score, step)

    def _accepts(self, score: float, step: Threshold) -> bool:
        if not np.isfinite(score):
            return False
        return score <= step.value if self.polarity == "distance" else score >= step.value

    @staticmethod
    def _mate_score(search: Search) -> float:
        if np.isfinite(search.mate_score):
            return search.mate_score
        return search.score if search.rank == 1 else float("nan")

    def _count(
        self, metric: Metric, search: Search, step: Threshold, rank: int, *, error: bool
    ) -> None:
        people = self.cells.setdefault((metric.name, search.gallery, step.name, rank), {})
        both = people.setdefault((search.group, search.person), [0, 0])
        both[0] += error
        both[1] += 1


def _report(counted: _Counting, of: Searches, made_by: Mapping[str, Any]) -> Report:
    document = document_of("search", made_by, of.axes)
    if counted.polarity:
        document["system"]["score"] = counted.polarity
    document["checks"] = checks_of(of.oddities.counts, (reading.NO_LABEL, reading.ALL_STRANGERS))
    if not counted.cells:
        raise BadInput("no search can be counted: see that groups and scores are there",
                       file=of.path.name)  # fmt: skip
    document["thresholds"] = [
        asdict(step) | {"value": step.value if np.isfinite(step.value) else None}
        for step in counted.steps.values()
    ]
    people = _people(counted)
    sizes = {group: numbers["subjects"] for group, numbers in people.items()}
    hidden = hidden_groups(sizes, of.axes)
    document["checks"] += checks_of_hidden(hidden, sizes, of.axes)
    document["rates"] = conceal(list(_rates(counted, of.axes)), hidden)
    gone = gone_from(document["rates"])
    # Searches are those of strangers and of mates: with one of them hidden they would tell it.
    untold = {(axes, name) for _metric, axes, name in gone if axes}
    untold = hidden_groups(sizes, of.axes, also=untold)
    document["groups"] = groups_part(people, of.axes, untold)
    document |= _apart(counted, of.axes, made_by["parameters"], gone)
    document["curves"]["gallery"] = growth(document["rates"], "searched")
    document["findings"] = findings.of_document(document)
    document["limits"] = findings.limits_of_document(document)
    return Report(document)


def _apart(counted: _Counting, axes: Sequence[str], told: Row, gone: Gone) -> dict[str, Any]:
    """How far the groups are apart, at each gallery, threshold and rank."""
    tables: dict[tuple[str, str | None, tuple[tuple[str, Any], ...]], People] = {
        (metric, step, (("gallery", gallery), *([("rank", rank)] if rank else []))): by_person
        for (metric, gallery, step, rank), by_person in counted.cells.items()
    }
    contrasts = [(first, second) for first, second in told["contrasts"]]
    parts = of_people(
        tables, axes, told["seed"], contrasts=contrasts, reference=told["reference"], gone=gone
    )
    return dict(parts)


def _people(counted: _Counting) -> dict[Group, dict[str, int]]:
    people: dict[Group, set[str]] = {}
    searches: dict[Group, int] = {}
    for (_metric, _gallery, _step, rank), by_person in counted.cells.items():
        for (group, person), (_errors, trials) in by_person.items():
            people.setdefault(group, set()).add(person)
            # The ranks count the same searches again.
            if rank in (0, counted.ranks[0]):
                searches[group] = searches.get(group, 0) + trials
    steps = max(1, len(counted.given))
    return {
        group: {"subjects": len(names), "searches": searches.get(group, 0) // steps}
        for group, names in people.items()
    }


def _rates(counted: _Counting, axes: Sequence[str]) -> Iterator[Row]:
    metrics = {metric.name: metric for metric in (FPIR, FNIR)}
    order = {name: place for place, name in enumerate(counted.steps)}
    keys = sorted(counted.cells, key=lambda key: (order[key[2]], key[0] != "FPIR", key[1], key[3]))
    for name, gallery, step, rank in keys:
        by_person = counted.cells[name, gallery, step, rank]
        for names, name_of in views(axes):
            members: dict[str, list[list[int]]] = {}
            for (group, _person), both in by_person.items():
                members.setdefault(name_of(group), []).append(both)
            for group_name, cells in sorted(members.items()):
                row = _row(metrics[name], cells, step, names, group_name)
                row |= {"gallery": gallery, "kind": "searched"}
                yield row | ({"rank": rank} if rank else {})


def _row(
    metric: Metric,
    cells: Sequence[Sequence[int]],
    step: str,
    axes: Sequence[str],
    group: str,
) -> Row:
    both = np.array(cells, dtype=np.int64)
    errors, trials = int(both[:, 0].sum()), int(both[:, 1].sum())
    return rate_row(
        metric,
        errors=errors,
        trials=trials,
        subjects=len(cells),
        interval=_interval(both, errors, trials),
        group_a=group,
        threshold=step,
        axes=axes,
    )


def _interval(both: Any, errors: int, trials: int) -> Interval:
    """Searches of different people are independent; several of one person are not."""
    people = len(both)
    if people == trials:
        return independent(errors, trials)
    if errors in (0, trials):
        # Only people are independent; nothing is known of how alike their searches are.
        return clopper_pearson(0 if errors == 0 else people, people)
    return subject_jackknife(both[:, 0], both[:, 1], errors, trials, sides=1)


def growth(rates: Sequence[Row], kind: str) -> list[Row]:
    """FPIR against the size of the gallery, where a group has two sizes or more."""
    curves: dict[tuple[Any, ...], list[list[float]]] = {}
    for row in rates:
        if row["metric"] == FPIR.name and row["value"] is not None:
            key = (tuple(row["axes"]), row["group_a"], row["threshold"])
            curves.setdefault(key, []).append([row["gallery"], row["value"]])
    return [
        {
            "axes": list(axes),
            "group": group,
            "threshold": step,
            "kind": kind,
            "points": sorted(points),
        }
        for (axes, group, step), points in curves.items()
        if len(points) > 1
    ]
