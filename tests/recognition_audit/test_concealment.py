"""A hidden number stands nowhere in a report and follows from nothing that does."""

import csv
import random
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recognition_audit import BadInput, Threshold, rendering, verify
from recognition_audit.concealment import OfPairs, conceal, hidden_groups
from recognition_audit.pairing import System, compare
from recognition_audit.report import Report
from recognition_audit.schema import contradictions
from recognition_audit.sums import given_away

AXES = ["race", "sex"]
SIZES = st.sampled_from([1, 4, 12, 29, 31, 40, 55])


def names_of(groups):
    return {group: " · ".join(group) for group in groups}


def subjects_of(sizes):
    return {group: [f"{'-'.join(group)}{n}" for n in range(size)] for group, size in sizes.items()}


def write_pairs(path, sizes, across, seed=1):
    """Each is compared with the next of their group and with themselves; some pairs across too.

    across : comparisons of two groups, by a pair of them.
    """
    rng = random.Random(seed)
    people, rows = subjects_of(sizes), []
    for group, mine in people.items():
        rows += [(one, other, group, group, 0) for one, other in combinations(mine[:12], 2)]
        rows += [(one, mine[0], group, group, 0) for one in mine[12:]]
        rows += [(one, one, group, group, 1) for one in mine]
    for (first, second), number in across.items():
        every = [(one, other) for one in people[first] for other in people[second]]
        rows += [(*pair, first, second, 0) for pair in rng.sample(every, min(number, len(every)))]
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["subject_a", "sample_a", "subject_b", "sample_b", "score", "mated",
                      "race_a", "sex_a", "race_b", "sex_b"])  # fmt: skip
        for one, other, a, b, mated in rows:
            score = f"{rng.gauss(2.5 if mated else 0, 1):.4f}"
            out.writerow([one, 1, other, 2 if mated else 1, score, mated, *a, *b])
    return path


def write_failed(path, missed):
    lines = [",".join(group) for group, number in missed.items() for _one in range(number)]
    path.write_text("\n".join(["race,sex", *lines]) + "\n")
    return path


def write_failed_of(path, missed, found):
    """With their subjects, every third of whom was found by another picture, and what fell out."""
    lines = ["race,sex,subject,mated"]
    for group, number in missed.items():
        for n in range(number):
            known = n % 3 == 0 and n < found[group]
            lines.append(f"{','.join(group)},{'-'.join(group)}{n if known else f'new{n}'},{n % 4}")
    path.write_text("\n".join(lines) + "\n")
    return path


def follows(known, wanted):
    """Whether a number is a linear combination of others; each a set of parts. Exact."""
    parts = sorted({part for parts in [*known, wanted] for part in parts}, key=repr)
    lines = [[Fraction(part in number) for part in parts] for number in known]
    target, start = [Fraction(part in wanted) for part in parts], 0
    for column in range(len(parts)):
        pivot = next((n for n in range(start, len(lines)) if lines[n][column]), None)
        if pivot is None:
            continue
        lines[start], lines[pivot] = lines[pivot], lines[start]
        head = lines[start]
        for line in [*lines[start + 1 :], target]:
            if line[column]:
                factor = line[column] / head[column]
                line[:] = [x - factor * y for x, y in zip(line, head, strict=True)]
        start += 1
    return not any(target)


class Attacker:
    """All that a report says of how many there are, and which groups were compared at all."""

    def __init__(self, document, sizes, across):
        self.names = names_of(sizes)
        self.there = {("pair", frozenset([name])) for group, name in self.names.items()
                      if sizes[group] > 1}  # fmt: skip
        self.there |= {
            ("pair", frozenset(self.names[one] for one in pair))
            for pair, number in across.items() if number
        }  # fmt: skip
        self.there |= {("mated", name) for name in self.names.values()}
        self.there |= {("person", name) for name in self.names.values()}
        self.there |= {("missed", name) for name in self.names.values()}
        self.there |= {("fallen", name) for name in self.names.values()}
        self.known, self.hidden = (
            [frozenset(p for p in self.there if p[0] in ("pair", "mated"))],
            [],
        )
        for row in document["rates"]:
            self._rate(row)
        for group in document["groups"]:
            axes = [axis for axis in AXES if axis in group["axes"]]
            for kind, number in (("person", "subjects"), ("mated", "mated"), ("pair", "impostors")):
                self._note(group[number], self._of(kind, axes, group["id"]))
        for row in document["shifts"]:
            kind = {"impostor": "pair", "mated": "mated"}[row["kind"]]
            self._note(row["n"], self._of(kind, row["axes"], row["group"]))

    def _note(self, number, parts):
        (self.hidden if number is None else self.known).append(parts)

    def _inside(self, axes, group):
        wanted = dict(zip(axes, group.split(" · "), strict=True)) if axes else {}
        return {
            name for labels, name in self.names.items()
            if all(labels[AXES.index(axis)] == value for axis, value in wanted.items())
        }  # fmt: skip

    def _of(self, kind, axes, group):
        inside = self._inside(axes, group)
        if kind == "pair":
            return frozenset(p for p in self.there if p[0] == kind and p[1] <= inside)
        return frozenset(p for p in self.there if p[0] == kind and p[1] in inside)

    def _rate(self, row):
        group, axes = row["group_a"], row["axes"]
        if row["metric"] in ("FTE", "FTE_of_people"):
            missed = self._of("missed", axes, group)
            self._note(row["errors"], missed)
            self._note(row["trials"], missed | self._of("person", axes, group))
        elif row["metric"] == "FNMR_of_all":
            fallen = self._of("fallen", axes, group)
            self._note(row["trials"], fallen | self._of("mated", axes, group))
        elif row["metric"] == "FNMR":
            self._note(row["trials"], self._of("mated", axes, group))
        elif row["group_b"] != group:
            pair = ("pair", frozenset([group, row["group_b"]]))
            self._note(row["trials"], frozenset({pair} & self.there))
        else:
            self._note(row["trials"], self._of("pair", axes, group))
            if row["subjects"] is not None:
                self._note(row["subjects"], self._of("person", axes, group))


@st.composite
def data(draw):
    groups = list(product("abc"[: draw(st.integers(2, 3))], "fm"))
    sizes = {group: draw(SIZES) for group in groups}
    few = st.sampled_from([0, 3, 9, 15, 60])
    across = {pair: draw(few) for pair in combinations(groups, 2)}
    missed = {group: draw(st.sampled_from([0, 2, 20, 40])) for group in groups}
    return sizes, across, missed


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data(), st.booleans())
def test_no_hidden_number_of_comparisons_follows_from_the_report(tmp_path, given_data, named):
    sizes, across, missed = given_data
    failed = tmp_path / "failed.csv"
    report = verify(
        write_pairs(tmp_path / "pairs.csv", sizes, across),
        failed=write_failed_of(failed, missed, sizes) if named else write_failed(failed, missed),
        polarity="similarity", thresholds=[Threshold("1", 1.0, "given")], groups=AXES,
    )  # fmt: skip

    attacker = Attacker(report.document, sizes, across)
    # Where one group alone was compared, the file's own number of rows is its number.
    pairs = frozenset(part for part in attacker.there if part[0] == "pair")
    for parts in attacker.hidden:
        assert parts in (frozenset(), pairs) or not follows(attacker.known, parts)
    assert contradictions(report.document) == []


CELLS = st.frozensets(st.integers(0, 6), max_size=5)


@given(st.lists(CELLS, max_size=8), st.lists(CELLS, max_size=4))
def test_what_follows_is_what_exact_elimination_says(shown, hidden):
    found = given_away(shown, hidden)

    for place, parts in enumerate(hidden):
        assert (place in found) == (bool(parts) and follows(shown, parts))
    for place, takes in found.items():
        for part in range(7):
            sums = sum(share for one, share in takes.items() if part in shown[one])
            assert sums == pytest.approx(float(part in hidden[place]), abs=1e-6)


def of_group(group, trials, *, axes=("race", "sex"), **more):
    value = None if trials is None else 0.5
    return {
        "metric": "FTE", "threshold": None, "axes": list(axes), "group_a": group, "group_b": None,
        "errors": trials, "trials": trials, "value": value,
    } | more  # fmt: skip


def test_a_cell_between_two_rectangles_of_hidden_ones_is_found():
    """Each hidden cell has another in its row and its column, and one follows all the same."""
    hidden = {(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)}
    sizes = {(row, column): 100 for row in range(4) for column in range(4)}
    rows = [of_group(f"{r} · {c}", None if (r, c) in hidden else 100) for r, c in sizes]
    rows += [of_group(str(r), 400, axes=[axis]) for axis in AXES for r in range(4)]

    gone = {row["group_a"] for row in conceal(rows) if row["value"] is None}

    before = {f"{r} · {c}" for r, c in hidden}
    # 1 · 2 is the one: rows 0 and 1 less columns 0 and 1 give it.
    assert before < gone
    assert len(gone - before) <= 2


def test_a_hidden_cell_across_two_groups_does_not_follow_from_their_parent():
    def cell(a, b, trials, axes=("race", "sex")):
        return of_group(a, trials, axes=axes, metric="FMR", group_b=b)

    rows = [
        cell("x · f", "x · f", 500), cell("x · m", "x · m", 400), cell("x · f", "x · m", None),
        cell("y · f", "y · f", 300), cell("y · m", "y · m", 200), cell("y · f", "y · m", 90),
        cell("x · f", "y · f", 80), cell("x · m", "y · m", 70),
        cell("x", "x", 904, ["race"]), cell("y", "y", 590, ["race"]),
        cell("f", "f", 880, ["sex"]), cell("m", "m", 670, ["sex"]),
    ]  # fmt: skip

    gone = [(r["group_a"], r["group_b"]) for r in conceal(rows, sums_of=OfPairs) if not r["value"]]

    # x less x · f and x · m is the hidden cell; without x, nothing is.
    assert gone == [("x · f", "x · m"), ("x", "x")]


def test_only_the_smallest_of_its_kind_is_hidden_beside_a_hidden_group():
    sizes = {("x",): 300, ("y",): 60, ("z",): 12, ("w",): 90}

    assert hidden_groups(sizes, ["race"]) == {(("race",), "z"), (("race",), "y")}
    assert hidden_groups(sizes | {("z",): 40}, ["race"]) == set()


SMALL = {("x", "f"): 60, ("x", "m"): 50, ("y", "f"): 45, ("y", "m"): 9, ("z", "f"): 70,
         ("z", "m"): 65}  # fmt: skip
NO_MISS = dict.fromkeys(SMALL, 0)
ACROSS = dict.fromkeys(combinations(SMALL, 2), 40)
STEP = Threshold("1", 1.0, "given")


def audit(folder, **more):
    path = write_pairs(folder / "pairs.csv", SMALL, ACROSS)
    wanted = {"polarity": "similarity", "thresholds": [STEP], "groups": AXES} | more
    return verify(path, **wanted)


def test_a_hidden_group_stands_in_no_part_and_no_form(tmp_path):
    report = audit(
        tmp_path, failed=write_failed(tmp_path / "failed.csv", NO_MISS | {("y", "m"): 40})
    )
    gone = {row["id"] for row in report.document["groups"] if row["adequacy"] == "too few"}

    # Nine people; y · f or y, and x · m or m, would give them.
    assert "y · m" in gone
    assert gone & {"y", "y · f"}
    assert gone & {"m", "x · m"}
    document = report.document
    parts = ("summaries", "shifts", "differentials", "contrasts", "bands", "equality")
    named = [row.get(side) for part in parts for row in document[part]
             if row.get("value", 1) is not None
             for side in ("group", "worst", "best", "a", "b", "as_in")]  # fmt: skip
    named += [curve["group"] for curves in document["curves"].values() for curve in curves]
    named += [group for finding in document["findings"] for group in finding["refs"]["groups"]]
    assert not gone & set(named)
    for row in document["rates"]:
        if {row["group_a"], row["group_b"]} & gone:
            assert (row["errors"], row["trials"], row["subjects"], row["ci"]) == (None,) * 4
    told = {check["id"] for check in document["checks"]}
    assert "groups-of-too-few-people-to-be-shown" in told
    lines = list(csv.DictReader(rendering.csv(Report(document)).splitlines()))
    hidden = [line for line in lines if {line["group_a"], line["group_b"]} & gone]
    assert hidden
    assert not any(line["trials"] or line["rate"] or line["subjects"] for line in hidden)


def test_a_measure_over_all_groups_is_over_the_shown_ones(tmp_path):
    """Else the hidden rate would follow from the measure and the others."""
    document = audit(tmp_path).document
    (gini,) = [row for row in document["differentials"] if row["measure"] == "gini"
               and row["metrics"] == ["FNMR"] and row["axes"] == AXES]  # fmt: skip
    rates = [row["value"] for row in document["rates"]
             if row["metric"] == "FNMR" and row["axes"] == AXES]  # fmt: skip
    shown = [value for value in rates if value is not None]

    n, mean = len(shown), sum(shown) / len(shown)
    apart = sum(abs(a - b) for a in shown for b in shown)
    assert 1 < n < len(SMALL)
    assert gini["value"] == pytest.approx(n / (n - 1) * apart / (2 * n * n * mean))
    assert "left out" in gini["note"]


def test_a_threshold_is_not_fixed_on_a_hidden_group(tmp_path):
    with pytest.raises(BadInput, match="y · m"):
        audit(tmp_path, at_fmr=0.9, reference="y · m")


def test_faces_that_were_not_found_need_the_number_that_were(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("score,mated,race_a,race_b\n" + "0.1,0,x,x\n0.9,1,x,x\n" * 50)
    failed = tmp_path / "failed.csv"
    failed.write_text("race\nx\n")

    with pytest.raises(BadInput, match="--failed"):
        verify(path, failed=failed, polarity="similarity", thresholds=[STEP])


def test_two_systems_hide_what_would_give_a_small_group_away(tmp_path):
    paths = [write_pairs(tmp_path / f"{n}.csv", SMALL, ACROSS, seed=n) for n in (1, 2)]
    systems = [
        System(path, name, "similarity", (STEP,)) for path, name in zip(paths, "ab", strict=True)
    ]
    document = compare(*systems, groups=AXES).document

    for metric in ("FMR", "FNMR"):
        shown = {row["group"] for row in document["paired_rates"]
                 if row["metric"] == metric and row["subjects"] is not None}  # fmt: skip
        assert "y · m" not in shown
        assert not {"y", "y · f"} <= shown
        assert not {"m", "x · m"} <= shown
