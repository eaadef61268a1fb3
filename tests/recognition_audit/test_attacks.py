"""Attacks that once told a hidden number or broke a command: each by the way it was found."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition_audit import BadInput, Threshold, verify
from recognition_audit.cells import Cells
from recognition_audit.cli import main
from recognition_audit.concealment import conceal
from recognition_audit.contrasts import _fisher
from recognition_audit.counting import count
from recognition_audit.identification import identify
from recognition_audit.readers.embeddings import Embeddings
from recognition_audit.reproduction import reproduce
from recognition_audit.sums import given_away

STEP = Threshold("0.5", 0.5, "given")
HALF = {"polarity": "similarity", "thresholds": [STEP]}


def table(path, heading, rows):
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(heading.split(","))
        out.writerows(rows)
    return path


PAIRS = "subject_a,subject_b,race_a,race_b,gender_a,gender_b,mated,similarity"


def people(sizes, wrong):
    """Everybody once with themselves, of whom so many are refused, and with their neighbour."""
    for (race, gender), n in sizes.items():
        for i in range(n):
            me, other = f"{race}{gender}{i}", f"{race}{gender}{(i + 1) % n}"
            refused = i < wrong.get((race, gender), 0)
            yield me, me, race, race, gender, gender, 1, 0.2 if refused else 0.9
            yield me, other, race, race, gender, gender, 0, 0.1 + i / 1000


SIZES = {("A", "x"): 60, ("A", "y"): 60, ("A", "z"): 60, ("B", "x"): 12, ("B", "y"): 15,
         ("B", "z"): 60, ("C", "y"): 20, ("C", "x"): 25}  # fmt: skip
WRONG = {("A", "x"): 5, ("A", "y"): 6, ("A", "z"): 7, ("B", "z"): 5, ("C", "y"): 4, ("C", "x"): 2}


# What would tell a small number.


def test_scores_of_people_whose_pictures_differ_in_label_are_not_shown_of_a_few(tmp_path):
    """Of 83 mated comparisons by the first picture's label only 3 are of young with young."""
    random = np.random.default_rng(2)
    names = [f"s{i}" for i in range(80)]
    rows = [(s, s, a, b, 1, random.normal(0.7, 0.1)) for s in names for a, b in
            (("young", "old"), ("old", "young"))]  # fmt: skip
    rows += [(s, s, "young", "young", 1, 0.61) for s in names[:3]]
    rows += [(s, s, "old", "old", 1, random.normal(0.6, 0.2)) for s in names[:40]]
    rows += [(s, names[(i + j) % 80], g, g, 0, random.normal(0.3, 0.1))
             for g in ("young", "old") for i, s in enumerate(names)
             for j in range(1, 30)]  # fmt: skip
    path = table(tmp_path / "p.csv", "subject_a,subject_b,age_a,age_b,mated,similarity", rows)

    document = verify(path, **HALF).document

    rates = {r["group_a"]: r["trials"] for r in document["rates"] if r["metric"] == "FNMR"}
    assert rates == {"young": 83, "old": 120}
    assert {row["kind"] for row in document["shifts"]} == {"impostor"}
    assert {row["value"] for row in document["summaries"]} <= {None}
    assert document["curves"]["det"] == []
    assert {row["fnmr"] for row in document["equality"]} <= {None}


def told_with_zeros(rows, shown):
    """Hidden groups of the intersection whose errors follow once a residue of 0 is used."""
    of = {place: frozenset(p for p, r in enumerate(rows) if len(r["axes"]) == 2 and within(r, row))
          for place, row in enumerate(rows)}  # fmt: skip
    known = {p: row["errors"] for p, row in enumerate(shown) if row["value"] is not None}
    zero: set[int] = set()
    for whole, errors in known.items():
        for axes in ({"race", "gender"}, {"race"}, {"gender"}, set()):
            inside = [p for p in known if set(rows[p]["axes"]) == axes and of[p] <= of[whole]]
            if errors == sum(known[p] for p in inside):
                zero |= of[whole].difference(*(of[p] for p in inside))
    asked = [p for p, row in enumerate(shown) if row["value"] is None and of[p] - zero]
    found = given_away([of[p] - zero for p in known], [of[p] - zero for p in asked])
    return [rows[asked[place]]["group_a"] for place in found]


def within(part, whole):
    mine = dict(zip(part["axes"], part["group_a"].split(" · "), strict=True))
    labels = whole["group_a"].split(" · ") if whole["axes"] else []
    return all(mine[axis] == label for axis, label in zip(whole["axes"], labels, strict=True))


def rows_of(sizes, wrong):
    rows = []
    for axes in (["race", "gender"], ["race"], ["gender"], []):
        sums = {}
        for labels, n in sizes.items():
            both = dict(zip(("race", "gender"), labels, strict=True))
            name = " · ".join(both[axis] for axis in axes) or "all"
            errors, trials = sums.get(name, (0, 0))
            sums[name] = (errors + wrong.get(labels, 0), trials + n)
        for name, (errors, n) in sums.items():
            few = n < 30
            rows.append({
                "metric": "FTE", "axes": axes, "group_a": name, "group_b": None, "threshold": None,
                "errors": None if few else errors, "trials": None if few else n,
                "subjects": n, "value": None if few else errors / n, "ci": None,
                "adequacy": "too few" if few else "enough",
            })  # fmt: skip
    return rows


def test_what_is_left_of_a_whole_whose_shown_part_has_all_errors_tells_no_other():
    """B 5 less B·z 5 leaves B·x and B·y none; then y 10 less A·y 6 would be the four of C·y."""
    rows = rows_of(SIZES, WRONG)

    assert told_with_zeros(rows, rows)
    assert told_with_zeros(rows, conceal(rows)) == []


LABELS = [(race, gender) for race in "ABC" for gender in "xyz"]


@given(
    st.fixed_dictionaries({one: st.sampled_from([0, 8, 15, 25, 40, 60]) for one in LABELS}),
    st.fixed_dictionaries({one: st.sampled_from([0, 0, 1, 4]) for one in LABELS}),
)
@settings(max_examples=150, deadline=None)
def test_no_hidden_errors_follow_with_the_zeros_that_are_known(sizes, wrong):
    sizes = {one: n for one, n in sizes.items() if n}
    rows = rows_of(sizes, {one: min(wrong[one], n) for one, n in sizes.items()})

    assert told_with_zeros(rows, conceal(rows)) == []


def test_a_report_does_not_tell_the_errors_of_a_small_group_by_zeros(tmp_path):
    path = table(tmp_path / "p.csv", PAIRS, people(SIZES, WRONG))
    lost = {("A", "x"): 4, ("A", "y"): 8, ("A", "z"): 4, ("B", "z"): 10, ("C", "y"): 6}
    failed = table(
        tmp_path / "f.csv", "subject,race,gender,mated",
        [(f"{r}{g}0", r, g, n) for (r, g), n in lost.items()],
    )  # fmt: skip

    document = verify(path, failed=failed, groups=["race", "gender"], **HALF).document

    shown = {(row["metric"], row["group_a"]): row for row in document["rates"]}
    for metric in ("FNMR", "FNMR_of_all"):
        values = [shown[metric, name]["value"] for name in ("B", "y", "A · y", "B · z")]
        assert None in values, metric
    made, whole = (
        [shown[metric, name]["trials"] for name in ("B", "B · z", "y", "A · y")]
        for metric in ("FNMR", "FNMR_of_all")
    )
    assert None in [*made, *whole]


def test_a_label_that_holds_the_mark_between_labels_is_refused_with_its_place(tmp_path):
    rows = [("p", "q", "A", "A", "x", "x", 0, 0.5), ("r", "s", "B · q", "B", "x", "x", 0, 0.5)]
    path = table(tmp_path / "p.csv", PAIRS, rows)

    with pytest.raises(BadInput, match=r"row 2, column race_a: the label 'B .* q' holds"):
        verify(path, groups=["race", "gender"], **HALF)


def test_the_searches_of_a_group_do_not_tell_a_hidden_rate(tmp_path):
    """D has 8 searches of strangers, which are hidden, and 40 of mates, which are shown."""
    rows = []
    for race, strangers, mates in (("A", 60, 60), ("B", 60, 60), ("D", 8, 40)):
        rows += [(f"{race}n{i}", f"{race}n{i}", race, 1000, 0, "", 0.3 + i / 100)
                 for i in range(strangers)]  # fmt: skip
        rows += [(f"{race}m{i}", f"{race}m{i}", race, 1000, 1, 1 if i % 3 else "", 0.8)
                 for i in range(mates)]  # fmt: skip
    path = table(tmp_path / "s.csv", "probe,subject,race,gallery,mated,rank,score", rows)

    document = identify(path, **HALF).document

    rates = {(r["metric"], r["group_a"]): r["trials"] for r in document["rates"] if r["axes"]}
    assert rates["FPIR", "D"] is None
    assert rates["FNIR", "D"] == 40
    groups = {row["id"]: row for row in document["groups"]}
    assert (groups["D"]["searches"], groups["D"]["subjects"]) == (None, None)


def test_no_threshold_is_fixed_on_a_group_that_is_hidden_beside_another(tmp_path):
    rows = [(g, g, 0, 0.2 + i / 20_000) for g, n in (("A", 9000), ("R", 4050), ("C", 6))
            for i in range(n)]  # fmt: skip
    path = table(tmp_path / "p.csv", "race_a,race_b,mated,similarity", rows)

    with pytest.raises(BadInput, match="no threshold can be fixed on R"):
        verify(path, polarity="similarity", at_fmr=0.01, reference="R")


def test_metrics_of_the_same_faces_hide_the_same_groups(tmp_path):
    rows = [(g, metric, e, n) for g, of in {
        "A": {"FTE": (10, 200), "error": (20, 190), "error_of_all": (30, 200)},
        "B": {"FTE": (10, 300), "error": (20, 290), "error_of_all": (30, 300)},
        "C": {"FTE": (12, 35), "error": (3, 23), "error_of_all": (15, 35)},
    }.items() for metric, (e, n) in of.items()]  # fmt: skip
    path = table(tmp_path / "c.csv", "race,metric,errors,n", rows)

    shown = {(r["metric"], r["group_a"]): r["trials"] for r in count(path).document["rates"]}

    assert {shown[metric, "C"] for metric in ("FTE", "error", "error_of_all")} == {None}


def test_of_labels_that_overlap_everybody_tells_no_small_one(tmp_path):
    rows = [("all", 12, 120), ("women", 10, 100), ("men", 2, 20), ("dark women", 6, 55)]
    path = table(tmp_path / "c.csv", "group,errors,n", rows)

    shown = {r["group_a"]: r["trials"] for r in count(path).document["rates"]}

    assert shown["men"] is None
    assert shown["all"] is None or shown["women"] is None


# What must not end in a traceback, nor in half a file.


@pytest.fixture
def good(tmp_path):
    return table(tmp_path / "ok.csv", PAIRS, people({("A", "x"): 60, ("B", "x"): 60}, {}))


@pytest.fixture
def made(good, tmp_path):
    path = tmp_path / "report.json"
    assert (
        main(["verify", str(good), "--similarity", "--threshold", "0.5", "--out", str(path)]) == 0
    )
    return path


@pytest.mark.parametrize("role", ["subject_a", "subject_b"])
def test_one_side_of_a_pair_is_not_enough(good, role, capsys):
    code = main(["verify", str(good), "--similarity", "--threshold", "0.5", "--column",
                 f"{role}={role}"])  # fmt: skip

    assert code == 1
    assert "the subject of both sides is needed: --column subject_a=NAME" in capsys.readouterr().err


def test_names_that_look_like_markup_are_names(tmp_path, capsys):
    rows = [("A", 30, 500, "[/b]"), ("B", 40, 600, "[/b]")]
    path = table(tmp_path / "c.csv", "race,errors,n,threshold", rows)

    assert main(["counts", str(path), "--fail-if", "max(error) > 1 %"]) == 2
    assert "[/b]" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("findings"),
        lambda d: d.update(rates=None),
        lambda d: d["rates"][0].update(errors="many"),
        lambda d: d["manifest"].update(inputs=None),
        lambda d: d["manifest"].update(command=["verify"]),
        lambda d: d["thresholds"][0].pop("value"),
    ],
)
def test_an_edited_report_is_refused_with_the_place(made, change, capsys):
    document = json.loads(made.read_bytes())
    change(document)
    made.write_text(json.dumps(document))

    assert main(["report", str(made)]) == 1
    assert "report.json: this is no finished report" in capsys.readouterr().err
    assert main(["reproduce", str(made), str(made.parent)]) == 1


def test_a_report_that_contradicts_itself_says_so(made, capsys):
    document = json.loads(made.read_bytes())
    row = next(row for row in document["rates"] if row["value"] is not None)
    row["errors"] = row["trials"] // 2
    made.write_text(json.dumps(document))

    assert main(["report", str(made)]) == 0
    assert "contradicts itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    "parameters",
    [{"contrasts": None}, {"reference": 5}, {"seed": "x"}, {"at_fmr": "x"}, {"path": "/etc/passwd"},
     {"subjects": "/etc/passwd"}, {"failed": "/etc/passwd"}, {"thresholds": 5}],
)  # fmt: skip
def test_parameters_of_a_report_cannot_do_anything_but_repeat_it(made, good, parameters):
    document = json.loads(made.read_bytes())
    document["manifest"]["parameters"] |= parameters

    with pytest.raises((BadInput, ValueError)):
        reproduce(json.dumps(document).encode(), [good])


def test_a_full_disk_leaves_the_report_that_was_there(good, made):
    before = made.read_bytes()
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from recognition_audit.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, "verify", str(good), "--similarity", "--threshold", "0.4",
         "--out", str(made)],
        capture_output=True, check=False,
    )  # fmt: skip

    assert told.returncode == 1
    assert made.read_bytes() == before
    assert not list(made.parent.glob(".*.part"))


@pytest.mark.parametrize("scale", [1e160, 1e-200, 1.0])
def test_the_angle_of_embeddings_does_not_depend_on_their_length(tmp_path, scale):
    random = np.random.default_rng(1)
    vectors = random.normal(size=(40, 8))
    np.save(tmp_path / "v.npy", vectors * scale)
    subjects = table(tmp_path / "s.csv", "subject,race", [(f"p{i}", "x") for i in range(40)])
    source = Embeddings(tmp_path / "v.npy", subjects=subjects, polarity="similarity", axes=None)

    assert np.allclose(np.linalg.norm(source.vectors, axis=1), 1, atol=1e-6)


def test_embeddings_too_large_to_compare_are_refused_with_their_row(tmp_path):
    vectors = np.ones((40, 8))
    vectors[7] = 1e300
    np.save(tmp_path / "v.npy", vectors)
    subjects = table(tmp_path / "s.csv", "subject,race", [(f"p{i:02}", "x") for i in range(40)])

    with pytest.raises(BadInput, match="the numbers of row 8 are too large"):
        Embeddings(tmp_path / "v.npy", subjects=subjects, polarity="distance", axes=None)


def cells(errors, trials):
    errors, trials = np.array(errors), np.array(trials)
    return Cells("error", ["g"], None, ["a", "b"], errors, trials, independent=True)


@pytest.mark.parametrize(
    ("errors", "trials"),
    [([3, 4], [10_000_000, 60]), ([20, 45], [4_000_000, 4_500_000]),
     ([400_000, 401_500], [9_000_000, 9_000_000])],
)  # fmt: skip
def test_of_very_many_cases_the_limits_of_fishers_test_agree_with_it(errors, trials, monkeypatch):
    exact = _fisher(cells(errors, trials), 0, 1)
    monkeypatch.setattr("recognition_audit.contrasts.FISHER_TRIALS_MAX", 1)

    assert _fisher(cells(errors, trials), 0, 1) == pytest.approx(exact, rel=0.02, abs=1e-12)


def test_a_table_of_absurd_numbers_takes_no_longer(tmp_path):
    path = table(tmp_path / "c.csv", "race,errors,n", [("A", 30, 2**53), ("B", 40, 600)])

    (row,) = count(path).document["contrasts"]
    assert row["p"] < 1e-100


def test_one_score_far_away_is_a_check_and_no_wrong_polarity(tmp_path):
    rows = [*people({("A", "x"): 60, ("B", "x"): 60}, {}),
            ("Ax0", "Ax0", "A", "A", "x", "x", 1, -1e30)]  # fmt: skip
    document = verify(table(tmp_path / "p.csv", PAIRS, rows), **HALF).document

    assert any("far" in check["message"] for check in document["checks"])


def test_reports_of_several_systems_fit_the_schema(tmp_path, capsys):
    rows = [
        ("S", "A", 200, 1000),
        ("S", "B", 300, 1000),
        ("T", "A", 20, 1000),
        ("T", "B", 90, 1000),
    ]
    path, out = table(tmp_path / "c.csv", "system,race,errors,n", rows), tmp_path / "r.json"

    assert main(["counts", str(path), "--out", str(out)]) == 0
    assert main(["report", str(out)]) == 0
    assert "no finished report" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--threshold", "abc"], ["--threshold", "inf"], ["--seed", "-1"], ["--contrast", "A / A"],
     ["--groups", "race,race"], ["--bogus"]],
)  # fmt: skip
def test_a_misspelt_command_ends_with_1_for_2_says_that_a_limit_was_broken(good, words, capsys):
    with pytest.raises(SystemExit) as left:
        main(["verify", str(good), "--similarity", *words])

    assert left.value.code == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_recovering_counts_makes_no_report_to_be_judged(good, capsys):
    assert main(["counts", str(good), "--recover", "--fail-if", "max(error) > 1"]) == 1
    assert "--recover makes no report" in capsys.readouterr().err
