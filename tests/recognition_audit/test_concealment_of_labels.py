"""Of a classification no number that is too small follows, from whatever else the report says."""

from fractions import Fraction
from itertools import product
from unittest import mock

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from recognition_audit import answers, classify
from recognition_audit.limits import SUBJECTS_MIN
from recognition_audit.schema import contradictions

AXES = ["race", "gender"]
FACES = st.sampled_from([0, 0, 1, 3, 12, 31, 60])


class Span:
    """What follows linearly from sums, each a set of parts; exact."""

    def __init__(self, sums):
        self.lines = []
        for one in sums:
            line = self.rest(one)
            if line:
                head = next(iter(line))
                self.lines.append((head, {part: x / line[head] for part, x in line.items()}))

    def rest(self, parts):
        left = dict.fromkeys(parts, Fraction(1))
        for head, line in self.lines:
            factor = left.get(head)
            for part, x in line.items() if factor else ():
                left[part] = left.get(part, 0) - factor * x
                if not left[part]:
                    del left[part]
        return left

    def has(self, parts):
        return not self.rest(parts)


def counts(row, group_of):
    """Which answers a row's errors and trials are, by the words of docs/audit-statistics.md."""
    label, inside = row.get("label"), group_of(row)
    done = {one for one in inside if one[2] is not None}
    own = {one for one in done if one[1] == label}
    got = {one for one in done if one[2] == label}
    wrong = {one for one in done if one[1] != one[2]}
    return {
        "error": (wrong, done),
        "error_of_all": (wrong | (inside - done), inside),
        "FTE": (inside - done, inside),
        "recall": (own - got, own),
        "precision": (got - own, got),
        "FDR_of_predictions": (got - own, got),
        "FPR": (got - own, done - own),
        "selection": (got, done),
    }[row["metric"]]


class Attacker:
    """All numbers of a report, and those that are too small to be shown.

    answers : that may have been given, with their faces.
    """

    def __init__(self, document, axes, answers):
        self.axes, self.answers = axes, answers
        truths = {truth for _group, truth, _got in answers}
        # What the manifest and the checks tell of the whole file.
        self.told = [
            frozenset(answers),
            frozenset(one for one in answers if one[2] is None),
            frozenset(one for one in answers if one[2] not in (None, *truths)),
        ]
        self.shown, self.small, self.sizes = list(self.told), [], []
        for row in document["rates"]:
            for number, parts in zip(("errors", "trials"), counts(row, self._group), strict=True):
                trials = counts(row, self._group)[1]
                self._note(row[number], parts, is_small=0 < self._faces(trials) < SUBJECTS_MIN)
        for row in document["groups"]:
            # Which groups are shown is settled before: see test_concealment.
            inside = self._inside(row["axes"])
            self.sizes += [frozenset(inside)] if row["subjects"] else []
            self._note(row["subjects"], inside, is_small=self._faces(inside) < SUBJECTS_MIN)
        for row in document["confusion"]:
            own = {one for one in answers if one[1] == row["truth"]}
            few = self._faces(own) < SUBJECTS_MIN
            cell = {one for one in own if one[2] == row["predicted"]}
            self._note(row["faces"], cell, is_small=few)
            self.small += [frozenset(own)] if few else []

    def _faces(self, parts):
        return sum(self.answers[one] for one in parts)

    def _inside(self, wanted):
        places = {self.axes.index(axis): value for axis, value in wanted.items()}
        return {
            one for one in self.answers
            if all(one[0][place] == value for place, value in places.items())
        }  # fmt: skip

    def _group(self, row):
        axes = [axis for axis in row["axes"] if axis != "label"]
        words = row["group_a"].split(" · ")
        return self._inside(dict(zip(axes, words, strict=False)))

    def _note(self, number, parts, *, is_small):
        """That nothing was tried at all is no secret."""
        assert number is None or (not is_small and number == self._faces(parts))
        if number is not None:
            self.shown.append(frozenset(parts))
        elif is_small:
            self.small.append(frozenset(parts))

    def finds(self):
        """The small numbers that follow.

        To one who knows which answers nobody gave; and of numbers that are nothing, to one who
        knows only that the parts of nothing are nothing.
        """
        there = frozenset(one for one, faces in self.answers.items() if faces)
        knowing = Span([one & there for one in self.shown])
        zeros = frozenset().union(*(one for one in self.shown if not one & there))
        other = Span([*(frozenset([one]) for one in zeros), *self.shown])
        told = Span([one & there for one in [*self.told, *self.sizes]])
        for one in self.small:
            if one & there:
                if knowing.has(one & there) and not told.has(one & there):
                    yield one & there
            elif not one <= zeros and other.has(one):
                yield one


@st.composite
def data(draw):
    """Axes, attribute, and faces by group, true label and answer."""
    is_axis = draw(st.booleans())
    labels = ["f", "m"] if is_axis else ["a", "b", "c"][: draw(st.integers(2, 3))]
    axes = AXES if is_axis or draw(st.booleans()) else AXES[:1]
    races = "xyz"[: draw(st.integers(1, 3))]
    groups = list(product(races, "fm")) if len(axes) > 1 else [(race,) for race in races]
    given_labels = [*labels, *draw(st.sampled_from([[], [None], ["other"], [None, "other"]]))]
    faces = {
        (group, truth, got): draw(FACES)
        for group, truth, got in product(groups, labels, given_labels)
        if not is_axis or group[1] == truth
    }
    return axes, "gender" if is_axis else "age", faces


def write(path, axes, faces):
    lines = [",".join(["predicted", "truth", *axes])]
    for (group, truth, got), number in faces.items():
        lines += [",".join([got or "", truth, *group])] * number
    path.write_text("\n".join(lines) + "\n")
    return path


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data())
def test_no_small_number_of_a_classification_follows_from_the_report(tmp_path, given_data):
    axes, attribute, faces = given_data
    if not any(number and truth == got for (_g, truth, got), number in faces.items()):
        return
    path = write(tmp_path / "predictions.csv", axes, faces)
    document = classify(path, attribute=attribute, groups=axes).document

    labels = {truth for (_group, truth, _got), number in faces.items() if number}
    there = {(group, truth) for (group, truth, _got), number in faces.items() if number}
    cells = {(truth, got) for (_group, truth, got), number in faces.items() if number}
    # A label that nobody in a group was given has no row of precision there.
    given_to = {((group[0], attribute == "gender" or group[1:]), got)
                for (group, _truth, got), number in faces.items() if number}  # fmt: skip
    possible = {
        one: number for one, number in faces.items()
        if one[:2] in there and one[1:] in cells
        and (one[2] not in labels
             or ((one[0][0], attribute == "gender" or one[0][1:]), one[2]) in given_to)
    }  # fmt: skip
    attacker = Attacker(document, axes, possible)
    note(f"{axes} {attribute} { ({one: number for one, number in faces.items() if number}) }")
    assert list(attacker.finds()) == []
    assert contradictions(document) == []


def test_a_label_of_few_is_hidden_with_what_would_tell_it(tmp_path):
    """Twelve of y are f: all processed less those who are not is their number, too."""
    faces = {
        (("x",), "f", "f"): 80, (("x",), "f", "m"): 20, (("x",), "m", "m"): 90,
        (("y",), "f", "f"): 8, (("y",), "f", "m"): 4, (("y",), "m", "m"): 60,
        (("y",), "m", "f"): 35,
        (("z",), "f", "f"): 70, (("z",), "f", "m"): 9, (("z",), "m", "m"): 70,
    }  # fmt: skip
    path = write(tmp_path / "p.csv", ["race"], faces)
    report = classify(path, groups=["race"])

    rates = {(r["metric"], r["group_a"]): r["trials"] for r in report.document["rates"]}
    assert rates["recall", "y · f"] is rates["FPR", "y · m"] is None
    # What the group shows of all processed would leave twelve.
    assert rates["error", "y"] == 107
    assert rates["recall", "y · m"] is rates["FPR", "y · f"] is None
    # Beside them, everybody's less two races' would be the third's.
    assert None in (rates["recall", "f"], rates["recall", "x · f"], rates["recall", "z · f"])
    odds = [row for row in report.document["differentials"] if row["id"].startswith("equalised")]
    assert "left out" in odds[0]["note"]
    assert any("would give away one that does" in said for said in report.document["limits"])
    with mock.patch.object(answers, "SOLVED_AT_MOST", 0):
        coarse = classify(path, groups=["race"]).document
    # Too many to be solved: no row of a label is shown, and the rates of groups are.
    assert {row["value"] is None for row in coarse["rates"] if "label" in row} == {True}
    assert {row["faces"] for row in coarse["confusion"]} == {None}
    assert {row["value"] is None for row in coarse["rates"] if "label" not in row} == {False}


def test_where_nothing_is_too_small_nothing_is_hidden(tmp_path):
    faces = {((race,), *pair): 40 for race in "xy" for pair in product("fm", "fm")}
    document = classify(write(tmp_path / "p.csv", ["race"], faces), groups=["race"]).document

    assert all(row["value"] is not None for row in document["rates"])
    assert [row["faces"] for row in document["confusion"]] == [80] * 4
    assert document["checks"] == []
