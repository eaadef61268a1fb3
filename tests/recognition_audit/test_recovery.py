"""The integer solver: printed percentages back to whole-number counts (research R1.1, R1.2)."""

import argparse
import json
import re
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from config.embedded import ROOT
from recognition_audit import cli, studies
from recognition_audit.cli import recover_option
from recognition_audit.errors import BadInput
from recognition_audit.intervals import wilson
from recognition_audit.printed_table import Cell, PrintedTable, read_printed
from recognition_audit.recovery import Counts, TooMany, definitions_that_fit, recover

AXES = ["skin", "gender"]
MEANING = {"PPV": "recall", "TPR": "precision", "FPR": "false_discovery_of_other"}
GROUPS = ["darker · F", "darker · M", "lighter · F", "lighter · M"]


def gender_shades(vendor, change=(), **options):
    """A vendor's block of the paper's Table 4, from the study's file, with cells changed."""
    table = studies.load("gender-shades").printed_table("table-4", vendor)
    cells = tuple(
        Cell(c.row, c.scope, dict(change).get((c.row, *c.scope), c.printed)) for c in table.cells
    )
    return replace(table, cells=cells, **options)


def counts(solution):
    return [(solution[name].right, solution[name].processed) for name in GROUPS]


def test_ibms_counts_are_recovered():
    found = recover(gender_shades("IBM"))

    assert [counts(one) for one in found.solutions] == [
        [(177, 271), (279, 317), (275, 296), (383, 384)],
        [(177, 271), (279, 317), (275, 296), (384, 385)],
    ]
    assert found.count == 2


def test_with_one_face_left_out_at_most_ibms_counts_are_still_two():
    assert recover(gender_shades("IBM", missing=1)).count == 2
    assert recover(gender_shades("IBM", missing=0)).verdict == "none"


@pytest.mark.parametrize(
    ("vendor", "solutions", "faces", "example"),
    [
        ("MSFT", 60, 1246, [(210, 265), (282, 300), (291, 296), (385, 385)]),
        ("Face++", 10, 1233, [(169, 258), (292, 294), (267, 296), (382, 385)]),
    ],
)
def test_the_other_vendors_left_faces_out(vendor, solutions, faces, example):
    found = recover(gender_shades(vendor))

    assert found.count == solutions == len(found.solutions)
    assert max(sum(one.processed for one in s.values()) for s in found.solutions) == faces
    assert example in [counts(one) for one in found.solutions]


def test_the_94_percent_that_the_press_printed_has_no_solution_and_is_the_cell_to_blame():
    change = {("PPV", "lighter", "F"): "94.0", ("Error", "lighter", "F"): "6.0"}
    found = recover(gender_shades("Face++", change))

    assert found.verdict == "none"
    blamed = [{(c.row, c.scope, c.printed) for c in cells} for cells in found.impossible]
    assert blamed == [
        {("PPV", ("lighter", "F"), "94.0"), ("Error", ("lighter", "F"), "6.0")},
    ]


@pytest.mark.parametrize("vendor", ["MSFT", "Face++", "IBM"])
def test_ppv_behaves_as_recall_and_tpr_as_precision_and_nothing_else_fits(vendor):
    every = ["recall", "precision", "false_positive_rate", "false_discovery",
             "false_discovery_of_other"]  # fmt: skip

    fitting = definitions_that_fit(gender_shades(vendor), dict.fromkeys(MEANING, every))

    assert [meaning for meaning, _found in fitting] == [MEANING]


ACTIONABLE = {
    # errors and faces processed of DF, DM, LF, LM (research R1.2)
    "Face++": ([11, 4, 3, 2], [271, 318, 295, 386]),
    "MSFT": ([4, 1, 1, 0], [264, 300, 292, 385]),
    "IBM": ([46, 2, 7, 1], [271, 318, 295, 386]),
    "Amazon": ([85, 4, 21, 0], [271, 318, 295, 386]),
    "Kairos": ([61, 4, 19, 0], [271, 318, 295, 386]),
}


def scopes_hold(scope, group):
    return all(want in ("", have) for want, have in zip(scope, group, strict=True))


# The abstract pads Kairos' one decimal with a zero: 84 of 1270 is 6.61 %, to one decimal 6.6.
PADDED = ("Kairos", ("", ""), "6.60")


def printed_by(vendor, missing=0):
    return studies.load("actionable-auditing").printed_table("table-1", vendor, missing=missing)


@pytest.mark.parametrize("vendor", sorted(ACTIONABLE))
def test_actionable_auditing_from_counts_to_the_printed_digit(vendor):
    table = printed_by(vendor)
    wrong, faces = ACTIONABLE[vendor]

    for cell in table.cells:
        inside = table.members(cell.scope)
        share = Decimal(100 * sum(wrong[p] for p in inside)) / sum(faces[p] for p in inside)
        printed = cell.printed
        if (vendor, cell.scope, printed) == PADDED:
            printed = printed.removesuffix("0")
        assert share.quantize(Decimal(printed), ROUND_HALF_UP) == Decimal(printed), cell.name


@pytest.mark.parametrize("vendor", ["Face++", "IBM", "Amazon"])
def test_actionable_auditing_from_printed_digits_to_the_only_counts(vendor):
    found = recover(printed_by(vendor))

    assert found.verdict == "one"
    assert tuple(found.solutions[0][name].wrong for name in GROUPS) == tuple(ACTIONABLE[vendor][0])


def test_microsofts_second_row_counts_processed_faces_only():
    assert recover(printed_by("MSFT")).verdict == "none"


def kairos(missing=0):
    """As printed, with the abstract's padded decimal as the table has it."""
    table = printed_by("Kairos", missing)
    cells = (replace(c, printed="6.6") if c.printed == "6.60" else c for c in table.cells)
    return replace(table, cells=tuple(cells))


def wrong_of(found):
    return {tuple(one[name].wrong for name in GROUPS) for one in found.solutions}


def test_a_decimal_that_was_padded_is_found_and_named():
    found = recover(printed_by("Kairos"))

    assert [(c.scope, c.printed) for cells in found.impossible for c in cells] == [PADDED[1:]]


def test_kairos_errors_are_the_only_ones_over_all_faces_but_not_if_some_were_left_out():
    """One decimal says less than the two of the other vendors."""
    whole, left_out = recover(kairos()), recover(kairos(missing=25))

    assert (whole.verdict, wrong_of(whole)) == ("one", {(61, 4, 19, 0)})
    assert left_out.count == 373
    assert wrong_of(left_out) == {
        (57, 4, 18, 0), (58, 4, 18, 0), (59, 4, 18, 0), (60, 4, 19, 0), (61, 4, 19, 0),
    }  # fmt: skip
    note = studies.load("actionable-auditing").number("counts.Kairos").note
    assert "373 solutions" in note
    assert "57 to 61" in note


@pytest.mark.parametrize(
    ("vendor", "solutions"), [("IBM", 1), ("Amazon", 1), ("Face++", 105), ("MSFT", 126)]
)
def test_the_other_vendors_errors_are_the_only_ones_whatever_was_left_out(vendor, solutions):
    found = recover(printed_by(vendor, missing=25))

    assert (found.count, wrong_of(found)) == (solutions, {tuple(ACTIONABLE[vendor][0])})


@pytest.mark.parametrize(
    ("errors", "probes", "low", "high"),
    [(28, 535, 3.6, 7.5), (26, 120, 15.2, 29.9), (27, 188, 10.1, 20.1), (85, 271, 26.1, 37.1)],
)
def test_intervals_of_the_published_counts(errors, probes, low, high):
    found = wilson(errors, probes)

    assert (round(found.lo * 100, 1), round(found.hi * 100, 1)) == (low, high)


def one_axis(rows, **options):
    return PrintedTable.from_rows(rows, axes=["sex"], **options)


def brute(sizes, missing, printed, digits):
    """Every (processed, right) of two groups and their margin, tried one by one."""
    found = set()
    spans = [
        [(n, c) for n in range(max(0, size - missing), size + 1) for c in range(n + 1)]
        for size in sizes
    ]
    for picked in product(*spans):
        both = tuple(map(sum, zip(*picked, strict=True)))
        good = True
        for (n, c), text in zip([*picked, both], printed, strict=True):
            if not n or abs(Decimal(100 * c) / n - Decimal(text)) > Decimal(5).scaleb(-digits - 1):
                good = False
        if good:
            found.add(picked)
    return found


@settings(max_examples=60, deadline=None)
@given(
    sizes=some.tuples(some.integers(1, 14), some.integers(1, 14)),
    right=some.tuples(some.floats(0, 1), some.floats(0, 1)),
    missing=some.integers(0, 3),
    digits=some.integers(1, 2),
    nudge=some.sampled_from([0, 0, 1, -1]),
)
def test_the_solver_finds_what_trying_everything_finds(sizes, right, missing, digits, nudge):
    counted = [round(size * share) for size, share in zip(sizes, right, strict=True)]
    unit = Decimal(1).scaleb(-digits)
    printed = [
        (Decimal(100 * c) / n).quantize(unit)
        for c, n in zip([*counted, sum(counted)], [*sizes, sum(sizes)], strict=True)
    ]
    printed[2] = min(Decimal(100), max(Decimal(0), printed[2] + nudge * unit)).quantize(unit)
    rows = [
        {"sex": sex, "n": str(size), "recall": str(text)}
        for sex, size, text in zip(["F", "M", ""], [*sizes, ""], printed, strict=True)
    ]

    found = recover(one_axis(rows, missing=missing), explain=False)

    wanted = brute(sizes, missing, printed, digits)
    assert found.count == len(wanted)
    got = {tuple((s[x].processed, s[x].right) for x in "FM") for s in found.solutions}
    assert got == wanted


def by_definition(measure, own, other, size):
    """A measure straight from its words: own and other are (processed, right) of two classes."""
    (n, c), (m, d) = own, other
    return {
        "recall": (c, n),
        "error": (n - c, n),
        "error_of_all": (size - c, size),
        "failure": (size - n, size),
        "precision": (c, c + m - d),
        "false_discovery": (m - d, c + m - d),
        "false_discovery_of_other": (n - c, d + n - c),
        "false_positive_rate": (m - d, m),
    }[measure]


def printed_as(share, digits, rounding):
    top, bottom = share
    if not bottom:
        return None
    unit = Decimal(1).scaleb(-digits)
    way = ROUND_HALF_UP if rounding == "nearest" else ROUND_FLOOR
    return (Decimal(100 * top) / bottom).quantize(unit, way)


def may_print(share, printed, rounding):
    """Whether an exact share may be printed so; a tie may go either way when rounding."""
    top, bottom = share
    if not bottom:
        return False
    exact, unit = Fraction(100 * top, bottom), Fraction(1, 10 ** -printed.as_tuple().exponent)
    if rounding == "down":
        return Fraction(printed) <= exact < Fraction(printed) + unit
    return abs(exact - Fraction(printed)) <= unit / 2


MEASURES_OF_TWO = ["recall", "error", "error_of_all", "failure", "precision", "false_discovery",
                   "false_discovery_of_other", "false_positive_rate"]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    sizes=some.tuples(some.integers(2, 9), some.integers(2, 9)),
    wrong=some.tuples(some.integers(0, 3), some.integers(0, 3)),
    lost=some.tuples(some.integers(0, 2), some.integers(0, 2)),
    measures=some.lists(some.sampled_from(MEASURES_OF_TWO), min_size=1, max_size=3, unique=True),
    rounding=some.sampled_from(["nearest", "down"]),
)
def test_every_measure_means_what_its_words_say(sizes, wrong, lost, measures, rounding):
    # A bare 0 or 100 is read with the table's decimals, so all cells are printed with one.
    real = []
    for size, bad, away in zip(sizes, wrong, lost, strict=True):
        processed = max(1, size - away)
        real.append((processed, max(0, processed - bad)))
    cells = {
        (sex, measure): printed_as(
            by_definition(measure, real[at], real[1 - at], sizes[at]), 1, rounding
        )
        for at, sex in enumerate("FM")
        for measure in measures
    }
    cells = {key: text for key, text in cells.items() if text is not None}
    rows = [
        {"sex": sex, "n": str(sizes[at])}
        | {m: str(text) for (of, m), text in cells.items() if of == sex}
        for at, sex in enumerate("FM")
    ]
    if not cells:
        return

    found = recover(one_axis(rows, truth="sex", missing=2, rounding=rounding), explain=False)

    spans = [
        [(n, c) for n in range(max(0, size - 2), size + 1) for c in range(n + 1)] for size in sizes
    ]
    wanted = {
        pair
        for pair in product(*spans)
        if all(
            may_print(by_definition(m, pair["FM".index(sex)], pair["MF".index(sex)],
                                    sizes["FM".index(sex)]), text, rounding)
            for (sex, m), text in cells.items()
        )
    }  # fmt: skip
    got = {tuple((s[x].processed, s[x].right) for x in "FM") for s in found.solutions}
    assert tuple(real) in wanted
    assert got == wanted


def test_a_cut_off_value_is_told_from_a_rounded_one():
    row = {"sex": "F", "n": "3", "recall": "66.6"}

    assert recover(one_axis([row], missing=0)).verdict == "none"
    cut = recover(one_axis([row], missing=0, rounding="down"))
    assert cut.solutions[0]["F"] == Counts(3, 2)


def test_a_cut_off_error_has_its_open_end_on_the_other_side():
    row = {"sex": "F", "n": "1000", "error": "6.5"}

    wrong = {s["F"].wrong for s in recover(one_axis([row], missing=0, rounding="down")).solutions}

    assert wrong == {65}


def test_groups_that_no_cell_ties_are_counted_without_being_listed():
    rows = [{"sex": s, "n": "2000", "error": "5.0"} for s in "ABCDEF"]

    found = recover(one_axis(rows, missing=25))

    assert found.count > 10**10
    assert len(found.solutions) == 1000


def test_failures_and_errors_of_all_count_every_face():
    rows = [{"sex": "F", "n": "40", "failure": "10.0", "error": "25.0", "error_of_all": "32.5"}]

    found = recover(one_axis(rows, missing=40))

    assert found.verdict == "one"
    assert found.solutions[0]["F"] == Counts(36, 27)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"sex": "F", "n": "", "error": "5.0"}], "needs its size"),
        ([{"sex": "F", "n": "12.5", "error": "5.0"}], "whole number"),
        ([{"sex": "F", "n": "40", "error": "five"}], "not a printed percentage"),
        ([{"sex": "F", "n": "40", "error": "-5.0"}], "not a printed percentage"),
        ([{"sex": "F", "n": "40"}], "printed cell"),
        ([{"sex": "F", "n": "40", "precision": "5.0"}], "true class"),
        ([{"sex": "F", "n": "4", "error": "5.0"}] * 2, "twice"),
    ],
)
def test_a_table_that_means_nothing_is_refused(rows, words):
    with pytest.raises(BadInput, match=words):
        recover(one_axis(rows))


def test_cells_that_leave_everything_open_are_refused_not_searched():
    rows = [
        {"sex": "F", "n": "5000000"},
        {"sex": "M", "n": "5000000"},
        {"sex": "", "error": "5.0"},
    ]
    with pytest.raises(TooMany, match="leave too much open"):
        recover(one_axis(rows))


def printed_file(folder: Path, last="66.7"):
    path = folder / "printed.csv"
    path.write_text(
        f"sex,n,PPV\nF,12,91.7\nM,30,{last}\n,,73.8\n",
        encoding="utf-8",
    )
    return path


def run_recover(path, *words):
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--groups", type=lambda text: text.split(","))
    parser.add_argument("--json", action="store_true")
    recover_option.add(parser)
    options = parser.parse_args([str(path), "--groups", "sex", "--recover", *words])
    return recover_option.run(options)


def test_the_option_prints_the_counts(tmp_path, capsys):
    words = ("--measure", "PPV=recall", "--missing", "0", "--json")

    assert run_recover(printed_file(tmp_path), *words) == 0

    document = json.loads(capsys.readouterr().out)[""]
    assert document["verdict"] == "one"
    assert document["first"] == [{"F": [11, 12], "M": [20, 30]}]


def test_the_option_names_the_cell_and_ends_with_2_where_there_is_no_solution(tmp_path, capsys):
    words = ("--measure", "PPV=recall", "--missing", "0")

    assert run_recover(printed_file(tmp_path, last="66.8"), *words) == 2

    assert "PPV of M = 66.8" in capsys.readouterr().out


def test_a_column_without_a_meaning_is_refused_not_ignored(tmp_path):
    with pytest.raises(BadInput, match="say what PPV is"):
        read_printed(printed_file(tmp_path), axes=["sex"])


def test_the_table_that_the_page_shows_is_recovered_as_the_page_says(tmp_path, capsys):
    page = (ROOT / "docs" / "audit-studies.md").read_text(encoding="utf-8")
    block = re.search(r"((?:    [a-z]*,.*\n)+)", page)[1]
    path = tmp_path / "printed.csv"
    path.write_text("\n".join(line.strip() for line in block.splitlines()) + "\n", encoding="utf-8")
    command = re.search(r"`recognition-audit counts printed\.csv (.*?)`", page)[1].split()

    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--groups", type=lambda text: text.split(","))
    parser.add_argument("--json", action="store_true")
    recover_option.add(parser)
    assert recover_option.run(parser.parse_args([str(path), *command, "--json"])) == 0

    found = json.loads(capsys.readouterr().out)[""]
    assert found["ranges"]["darker · F"] == {"processed": [271, 271], "right": [177, 177]}


def test_counts_recovers_where_the_command_is_registered(tmp_path, capsys):
    if "counts" not in {command.__name__.rpartition(".")[2] for command in cli.COMMANDS}:
        pytest.skip("the command counts is not registered yet")
    words = ["counts", str(printed_file(tmp_path)), "--recover", "--groups", "sex"]

    assert cli.main([*words, "--measure", "PPV=recall", "--missing", "0", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)[""]["verdict"] == "one"
