"""Searches counted by hand, galleries drawn from real distances, and what is refused."""

import math

import numpy as np
import pytest

from config.embedded import ROOT
from recognition_audit import BadInput, Threshold
from recognition_audit.cli import main
from recognition_audit.galleries import default_sizes, draw, projected
from recognition_audit.identification import identify
from recognition_audit.intervals import clopper_pearson, wilson
from recognition_audit.readers.matrix import Matrix
from recognition_audit.reproduction import reproduce

FOLDER = ROOT / "evidence" / "samples" / "dlib-fairface-impostors"
DISTANCES, SUBJECTS = FOLDER / "condensed_distances.parquet", FOLDER / "subjects.csv"
HALF = [Threshold("0.5", 0.5, "given")]


def made(folder, lines, name="searches.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def congress(folder):
    """The ACLU's test of 2018: 28 of 535 probes, 25,000 arrest photos, the vendor's default."""
    lines = ["probe,gallery,threshold,hits,mated"]
    lines += [f"p{n},25000,80,{int(n < 28)},0" for n in range(535)]
    return made(folder, lines)


def test_the_aclu_test_of_congress(tmp_path):
    report = identify(congress(tmp_path))

    (row,) = report.rates("FPIR")
    assert (row["errors"], row["trials"], row["subjects"]) == (28, 535, 535)
    assert round(row["value"] * 100, 1) == 5.2
    assert [round(row["ci"][end] * 100, 1) for end in ("lo", "hi")] == [3.6, 7.5]
    assert (row["gallery"], row["threshold"], row["kind"]) == (25_000, "80", "searched")
    assert report.document["task"] == "search"
    assert "28 of 535 searches" in report.document["findings"][0]["text"]
    assert any("missed people were not measured" in said for said in report.document["limits"])


def scores(folder, *, kind="similarity", sign=1):
    """40 strangers of group x and 40 of y, and 40 mates of x; ten errors of each kind."""
    lines = [f"probe,subject,gallery,{kind},mated,rank,mate_score,skin"]
    for n in range(40):
        stranger = 0.6 if n < 10 else 0.3
        lines.append(f"x{n},x{n},100,{sign * stranger},0,,,x")
        lines.append(f"y{n},y{n},100,{sign * 0.2},0,,,y")
        rank, score = ("2", 0.7) if n < 10 else ("1", 0.45) if n < 15 else ("1", 0.9)
        lines.append(f"m{n},m{n},100,{sign * 0.95},1,{rank},{sign * score},x")
    return made(folder, lines)


def test_best_scores_counted_by_hand(tmp_path):
    report = identify(scores(tmp_path), thresholds=HALF, ranks=(1, 2), groups=["skin"])

    fpir = {row["group_a"]: (row["errors"], row["trials"]) for row in report.rates("FPIR")}
    assert fpir == {"x": (10, 40), "y": (0, 40), "all": (10, 80)}
    fnir = {
        (row["group_a"], row["rank"]): (row["errors"], row["trials"])
        for row in report.rates("FNIR")
    }
    # Ten are second only, five are first below the threshold.
    assert fnir["x", 1] == (15, 40)
    assert fnir["x", 2] == (5, 40)
    assert fnir["all", 1] == (15, 40)


def test_a_tie_with_the_threshold_is_a_hit(tmp_path):
    path = scores(tmp_path)

    row = identify(path, thresholds=[Threshold("0.6", 0.6, "given")]).rates("FPIR")[0]

    assert row["errors"] == 10


def test_a_distance_is_a_similarity_turned_round(tmp_path):
    turned = [Threshold("-0.5", -0.5, "given")]
    one = identify(scores(tmp_path), thresholds=HALF)
    other = identify(scores(tmp_path, kind="distance", sign=-1), thresholds=turned)

    for first, second in zip(one.document["rates"], other.document["rates"], strict=True):
        assert (first["errors"], first["trials"]) == (second["errors"], second["trials"])


def test_scores_taken_the_wrong_way_round_are_refused_with_the_fix(tmp_path):
    with pytest.raises(BadInput, match="--similarity"):
        identify(scores(tmp_path), thresholds=HALF, polarity="distance")


def test_several_searches_of_one_person_are_not_independent(tmp_path):
    lines = ["probe,subject,gallery,hits"]
    lines += [f"p{n},s{n // 10},100,{int(n // 10 < 10)}" for n in range(400)]
    row = identify(made(tmp_path, lines)).rates("FPIR")[0]

    assert (row["errors"], row["trials"], row["subjects"]) == (100, 400, 40)
    narrow = wilson(100, 400)
    assert row["ci"]["hi"] - row["ci"]["lo"] > 2 * (narrow.hi - narrow.lo)


def test_no_hit_for_repeated_people_is_judged_by_people(tmp_path):
    lines = ["probe,subject,gallery,hits", *[f"p{n},s{n // 10},100,0" for n in range(400)]]
    row = identify(made(tmp_path, lines)).rates("FPIR")[0]

    assert row["ci"]["hi"] == pytest.approx(clopper_pearson(0, 40).hi)


def test_oddities_are_counted_and_nothing_is_dropped_in_silence(tmp_path):
    lines = ["probe,gallery,hits,race", *[f"p{n},100,0,x" for n in range(50)]]
    lines += ["p1,100,0,x", "q,100,1,", ""]
    checks = identify(made(tmp_path, lines)).document["checks"]

    assert {one["message"].split(":")[0]: one["count"] for one in checks} == {
        "duplicate rows": 1,
        "rows without a group label": 1,
        "blank lines": 1,
        "searches taken to be for people who are not in the gallery": 52,
    }


def test_growth_over_galleries_of_the_file(tmp_path):
    lines = ["probe,gallery,hits"]
    for size, hits in ((100, 5), (1000, 20)):
        lines += [f"p{n},{size},{int(n < hits)}" for n in range(100)]
    report = identify(made(tmp_path, lines))

    (curve,) = report.document["curves"]["gallery"]
    assert curve["points"] == [[100, 0.05], [1000, 0.2]]
    assert report.document["thresholds"] == [
        {"name": "as run", "value": None, "origin": "not stated by the file", "tuned": False}
    ]


def test_a_group_of_too_few_probes_shows_no_number_anywhere(tmp_path):
    lines = ["probe,gallery,hits,race", *[f"p{n},{size},0,{'few' if n < 29 else 'many'}"
             for n in range(99) for size in (10, 20)]]  # fmt: skip
    report = identify(made(tmp_path, lines))

    rows = [row for row in report.document["rates"] if row["group_a"] == "few"]
    assert {row["value"] for row in rows} == {row["trials"] for row in rows} == {None}
    assert "few" not in {curve["group"] for curve in report.document["curves"]["gallery"]}
    few = next(row for row in report.document["groups"] if row["id"] == "few")
    assert few["subjects"] is None
    assert few["adequacy"] == "too few"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["probe,gallery", "a,10"], "no column for the hits"),
        (["probe,hits", "a,1"], "no column for the gallery"),
        (["probe,gallery,hits", "a,0,1"], "row 1, column gallery.*whole number from 1"),
        (["probe,gallery,hits", "a,10,-1"], "row 1, column hits"),
        (["probe,gallery,hits", "a,10,0.5"], "row 1, column hits"),
        (["probe,gallery,hits,rank", "a,10,1,0"], "row 1, column rank"),
        (["probe,gallery,hits,mated", "a,10,1,maybe"], "row 1, column mated"),
        (["probe,gallery,score", "a,10,0.4"], "name a threshold"),
        (["probe,gallery,hits"], "no search can be counted"),
        (["probe,gallery,hits,race", "a,10,1,"], "no search can be counted"),
    ],
)
def test_what_cannot_be_audited_is_refused(tmp_path, lines, words):
    with pytest.raises(BadInput, match=words):
        identify(made(tmp_path, lines))


def test_hits_of_another_threshold_are_not_renamed(tmp_path):
    with pytest.raises(BadInput, match="the file states hits at 80, not at 99"):
        identify(congress(tmp_path), thresholds=[Threshold("99", 99.0, "recommended")])


@pytest.mark.parametrize("given", [{"ranks": (0,)}, {"ranks": ()}, {"draws": -1}])
def test_ranks_and_draws_that_do_not_exist(tmp_path, given):
    with pytest.raises(BadInput, match="ranks begin at 1"):
        identify(congress(tmp_path), **given)


def test_a_high_rank_without_the_mates_score_is_refused(tmp_path):
    lines = ["probe,gallery,similarity,mated,rank", "a,10,0.9,1,2"]

    with pytest.raises(BadInput, match="mate_score"):
        identify(made(tmp_path, lines), thresholds=HALF, ranks=(2,))


@pytest.fixture(scope="module")
def drawn():
    steps = [Threshold(str(value), value, "given") for value in (0.6, 0.5, 0.4)]
    return identify(
        DISTANCES, subjects=SUBJECTS, groups=["race"], thresholds=steps, sizes=[500], draws=200
    )


@pytest.mark.parametrize(
    ("threshold", "group", "percent"),
    [
        ("0.6", "White", 68.5), ("0.6", "Black", 99.8),
        ("0.5", "White", 10), ("0.5", "Black", 49),
        ("0.4", "White", 0.8), ("0.4", "Black", 2.2), ("0.4", "East Asian", 24),
    ],
)  # fmt: skip
def test_a_stranger_in_a_gallery_of_500(drawn, threshold, group, percent):
    """Research R2.1 drew one gallery: its figures lie within what 200 galleries give (seed
    20200610), two and a half standard deviations between galleries."""
    (row,) = drawn.rates("FPIR", threshold=threshold, group_a=group)
    between = row["between_galleries"]

    half = (between["hi"] - between["lo"]) / 2 / 1.645
    assert percent / 100 == pytest.approx(row["value"], abs=2.5 * half + 0.0005)


def test_the_mean_over_galleries_is_the_exact_one(drawn):
    """1 − C(n − 1 − m, N) / C(n − 1, N) over everybody with m matches, without drawing."""
    people = Matrix(DISTANCES, subjects=SUBJECTS, polarity="distance", axes=["race"])
    counts = draw(people, [0.5], [500], draws=1, seed=1)
    others = counts.others
    chances = [
        1 - math.exp(_log_choose(others - m, 500) - _log_choose(others, 500))
        for m in counts.matches[0]
    ]
    groups = people.units.group_list()
    for group in ("White", "Black", "East Asian"):
        there = counts.group_of == groups.index((group,))
        (row,) = drawn.rates("FPIR", threshold="0.5", group_a=group)
        assert row["value"] == pytest.approx(np.array(chances)[there].mean(), abs=0.006)


def _log_choose(n, k):
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def small(folder, people=80):
    rng = np.random.default_rng(3)
    distances = rng.random(people * (people - 1) // 2)
    path = made(folder, ["distance", *map(str, distances)], "matrix.csv")
    table = made(folder, ["subject,race", *[f"{n},x" for n in range(people)]], "subjects.csv")
    return path, table


def test_drawn_galleries_give_the_same_bytes_and_follow_the_seed(tmp_path):
    path, table = small(tmp_path)
    given = {"subjects": table, "thresholds": [Threshold("0.02", 0.02, "given")], "draws": 20}

    first = identify(path, **given)
    assert first.to_bytes() == identify(path, **given).to_bytes()
    assert first.document["manifest"]["parameters"]["seed"] == 20200610
    assert first.document["rates"] != identify(path, seed=1, **given).document["rates"]


def test_a_larger_gallery_never_hits_less_and_projections_stand_apart(tmp_path):
    path, table = small(tmp_path)
    report = identify(
        path, subjects=table, thresholds=[Threshold("0.02", 0.02, "given")], project=True
    )
    curves = [c for c in report.document["curves"]["gallery"] if c["group"] == "all"]

    assert [curve["kind"] for curve in curves] == ["drawn", "projected"]
    for curve in curves:
        values = [value for _size, value in curve["points"]]
        assert values == sorted(values)
    assert "A projection, not a measurement" in curves[1]["note"]
    assert curves[1]["note"] in report.document["limits"]


def test_a_projection_by_hand():
    assert dict(projected(0.01, [1, 100]))[1] == pytest.approx(0.01)
    assert dict(projected(0.01, [1, 100]))[100] == pytest.approx(1 - 0.99**100)
    assert dict(projected(1.0, [3])) == {3: 1.0}


def test_sizes_by_themselves_leave_half_of_the_people_to_search_for():
    assert default_sizes(1000) == (10, 20, 50, 100, 200, 500)
    assert default_sizes(10) == ()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sizes": [60]}, "at least 30 must be left"),
        ({"thresholds": []}, "name a threshold"),
        ({"subjects": None}, "table of their subjects"),
    ],
)
def test_galleries_that_cannot_be_drawn(tmp_path, given, words):
    path, table = small(tmp_path)
    usual = {"subjects": table, "thresholds": HALF}

    with pytest.raises(BadInput, match=words):
        identify(path, layout="matrix", **(usual | given))


def test_the_command_line(tmp_path, capsys):
    path = congress(tmp_path)

    assert main(["identify", str(path), "--threshold", "80", "--origin", "vendor default"]) == 0
    assert "28 of 535 searches" in " ".join(capsys.readouterr().out.split())
    assert main(["identify", str(path), "--column", "hits=nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_embeddings_give_the_galleries_that_their_distances_give(tmp_path):
    vectors = np.random.default_rng(5).normal(size=(80, 8)).astype(np.float32)
    np.save(tmp_path / "x.npy", vectors)
    exact = vectors.astype(np.float64)
    distances = [np.linalg.norm(exact[i] - exact[j]) for i in range(80) for j in range(i + 1, 80)]
    _path, table = small(tmp_path)
    matrix = made(tmp_path, ["distance", *map(str, distances)], "m.csv")
    given = {"subjects": table, "thresholds": [Threshold("2.2", 2.2, "given")], "sizes": [20]}

    one = identify(tmp_path / "x.npy", polarity="distance", draws=400, **given)
    other = identify(matrix, draws=400, **given)

    first, second = one.rates("FPIR")[0], other.rates("FPIR")[0]
    assert 0.1 < second["value"] < 0.9
    # The people stand in another order, so other galleries are drawn from the same chances.
    assert first["value"] == pytest.approx(second["value"], abs=0.02)


@pytest.mark.parametrize("kind", ["searches", "drawn"])
def test_a_report_of_searches_is_made_again_to_the_byte(tmp_path, kind):
    if kind == "drawn":
        path, table = small(tmp_path)
        given = {"subjects": table, "thresholds": [Threshold("0.02", 0.02, "given")]}
        report = identify(path, sizes=[10, 20], draws=7, seed=3, **given)
    else:
        report = identify(scores(tmp_path), thresholds=HALF, ranks=(2, 1), groups=["skin"])

    assert reproduce(report.to_bytes(), [tmp_path]).is_same
