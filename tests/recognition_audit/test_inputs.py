"""Maps of columns, tables of subjects, predictions, and the score files of bob and pyeer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.embedded import ROOT
from recognition_audit import BadInput, Threshold, classify, sniff, verify
from recognition_audit.cli import main
from recognition_audit.concealment import hidden_groups
from recognition_audit.engine import Plan, Threads
from recognition_audit.metrics.verification import impostor_cell, mated_cell
from recognition_audit.readers.bob import open_bob
from recognition_audit.readers.columns import Columns, of_subjects, read_map
from recognition_audit.readers.pairs import PairsColumns
from recognition_audit.readers.pyeer import open_pyeer
from recognition_audit.readers.sniffing import LAYOUTS
from recognition_audit.readers.subjects import DATES, count_labels, read_labels
from recognition_audit.reproduction import reproduce
from recognition_audit.tally import Tally

FAIRFACE = ROOT / "evidence" / "samples" / "fairface-deepface-facellm"
DEEPFACE, TRUTH = FAIRFACE / "deepface_3k.csv", FAIRFACE / "train_labels_inferred_only.csv"


def made(folder, lines, name="x.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


# Maps of columns.


def test_a_map_of_columns_is_read_whole(tmp_path):
    lines = ["[columns]", 'score = "vgg_dist"', "[groups]", 'skin = ["c1", "c2"]',
             'race = "Race"', "[subjects]", 'id = "person"', 'race = "ethnicity"']  # fmt: skip
    found = read_map(made(tmp_path, lines, "map.toml"))

    assert found == {
        "score": "vgg_dist", "skin_a": "c1", "skin_b": "c2", "group.race": "Race",
        "subjects.id": "person", "subjects.race": "ethnicity",
    }  # fmt: skip
    assert of_subjects(found) == {"id": "person", "race": "ethnicity"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns\n", "cannot be read as TOML"),
        ("score = 'x'\n", "has the parts"),
        ("[colums]\nscore = 'x'\n", "has the parts.*'colums'"),
        ("[columns]\nscore = 1\n", "'score' is not the name"),
        ("[columns]\nscore = ['a', 'b']\n", "'score' is not the name"),
        ("[groups]\nrace = ['a', 'b', 'c']\n", "'race' is not the name"),
        ("# " + "x" * 100_000, "a small file"),
        ("[columns]\nx = " + "[" * 5000, "cannot be read as TOML"),
        ("\udcff", "cannot be read as TOML"),
    ],
)
def test_a_map_that_is_none_is_refused(tmp_path, text, words):
    path = tmp_path / "map.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(BadInput, match=words):
        read_map(path)


def test_a_role_that_nobody_reads_is_refused(tmp_path):
    path = made(tmp_path, ["id,guess,truth", "1,x,x"])

    with pytest.raises(BadInput, match="'guessed' is no role here"):
        classify(path, columns={"predicted": "guess", "guessed": "guess"})


def compared(folder, heading, cells):
    """Two people compared, with more columns."""
    return made(folder, [f"subject_a,subject_b,similarity,{heading}", f"p,q,0.5,{cells}"])


def test_of_several_usual_names_the_first_two_are_axes(tmp_path):
    table = made(tmp_path, ["subject,name,age,race,gender", "p,Pat,20,x,f"], "subjects.csv")
    path = compared(tmp_path, "age_a,age_b,race_a,race_b,gender_a,gender_b", "1,2,x,y,f,m")

    assert read_labels(table, None)[0] == ["age", "race"]
    assert PairsColumns(path, None, None, axes_inline=True).axes == ["age", "race"]
    assert PairsColumns(path, None, ["gender"], axes_inline=True).axes == ["gender"]


def test_pairs_are_known_by_their_columns_whatever_their_axes_are_called(tmp_path):
    found = sniff(compared(tmp_path, "tone_a,tone_b", "dark,light"))

    assert (found.layout, found.groups, found.polarity) == ("pairs", ["tone"], "similarity")


def test_counts_with_a_gallery_are_counts(tmp_path):
    path = made(tmp_path, ["race,metric,gallery,errors,n", "A,FPIR,100,3,50", "B,FPIR,100,4,50"])

    assert sniff(path).layout == "counts"
    assert main(["check", str(path)]) == 0


def test_a_column_of_names_is_never_taken_for_groups(tmp_path):
    table = made(tmp_path, ["subject,name", "p,Pat", "q,Quinn"], "subjects.csv")
    path = compared(tmp_path, "name_a,name_b", "Pat,Quinn")

    for read in (
        lambda: read_labels(table, None),
        lambda: PairsColumns(path, None, None, axes_inline=True),
    ):
        with pytest.raises(BadInput, match=r"no column has a usual name of groups.*--groups"):
            read()
    assert read_labels(table, ["name"])[0] == ["name"]
    assert read_labels(table, None, columns={"skin": "name"})[0] == ["skin"]


def test_where_everybody_is_a_group_the_column_is_refused(tmp_path):
    people = [f"p{n},{n}" for n in range(1_001)]
    table = made(tmp_path, ["subject,group", *people], "subjects.csv")
    rows = [f"p{n},p{(n + 1) % 1001},0.5" for n in range(1_001)]
    path = made(tmp_path, ["subject_a,subject_b,similarity", *rows], "pairs.csv")

    with pytest.raises(BadInput, match="group makes more than 1,000 groups; name fewer axes"):
        verify(path, subjects=table, thresholds=[Threshold("t", 0.5, "given")])


@pytest.mark.parametrize(
    "mapping", [{"subjecta": "p1"}, {"foo.bar": "p1"}, {"scor": "similarity"}, {"tone_a": "race_a"}]
)
def test_a_slip_in_a_map_of_pairs_is_refused(tmp_path, mapping):
    path = compared(tmp_path, "race_a,race_b", "x,y")

    with pytest.raises(BadInput, match="is no role here; these are: score, mated, subject_a"):
        PairsColumns(path, mapping, None, axes_inline=True)


def test_a_score_without_its_usual_name_says_how_to_name_it(tmp_path):
    path = made(tmp_path, ["subject_a,subject_b,vgg", "p,q,0.5"])

    with pytest.raises(BadInput, match=r"--column score=NAME\. There are: subject_a, subj"):
        PairsColumns(path, None, None, axes_inline=True)


def test_axes_by_flag_by_map_and_by_usual_names(tmp_path):
    path = made(tmp_path, ["n,Race,sex,colour", "1,a,b,c"])

    assert Columns(path).axes(None) == {"Race": "Race", "sex": "sex"}
    assert Columns(path, {"group.race": "Race"}).axes(None) == {"race": "Race"}
    assert Columns(path, {"skin": "colour"}).axes(["skin"]) == {"skin": "colour"}
    with pytest.raises(BadInput, match="there is no column 'age'; there are: n, Race"):
        Columns(path).axes(["age"])


def test_the_command_line_takes_a_map_and_flags_go_before_it(tmp_path, capsys):
    data = made(tmp_path, ["who,guess,wrong,sex,Race",
                           *[f"{n},a,b,a,x" for n in range(40)]])  # fmt: skip
    lines = ["[columns]", 'id = "who"', 'predicted = "wrong"', 'truth = "sex"',
             "[groups]", 'race = "Race"']  # fmt: skip
    chart = made(tmp_path, lines, "map.toml")
    run = ["classify", str(data), "--columns", str(chart), "--json"]

    assert main(run) == 1
    assert "Write both the same way" in capsys.readouterr().err
    assert main([*run, "--column", "predicted=guess"]) == 0
    assert '"axes":["race"]' in capsys.readouterr().out


# Tables of subjects.


def test_subjects_by_a_map(tmp_path):
    path = made(tmp_path, ["person,ethnicity,sex", "1,x,f", "2,,m"])
    columns = {"id": "person", "race": "ethnicity"}

    axes, labels = read_labels(path, ["race", "sex"], columns=columns)

    assert axes == ["race", "sex"]
    assert labels == {"1": ("x", "f"), "2": (None, "m")}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["subject,race", "1,x", "1,y"], "row 2, column subject: the id '1' stands twice"),
        (["subject,race", ",x"], "row 1, column subject: the id is missing"),
        (["subject", "1"], "no column for a group"),
        (["person,race", "1,x"], "no column for the id"),
        (["subject,race", "1,a · b"], "row 1, column race.*stands between labels"),
    ],
)
def test_a_table_of_subjects_that_cannot_be_joined(tmp_path, lines, words):
    with pytest.raises(BadInput, match=words):
        read_labels(made(tmp_path, lines), None)


def test_ages_that_a_spreadsheet_made_dates_are_told(tmp_path):
    ages = ["9-Mar", "Mar-09", "20-29", "more than 70", "May", ""]
    path = made(tmp_path, ["id,age,race", *[f"{n},{age},x" for n, age in enumerate(ages)]])
    noted = {}

    read_labels(path, ["age"], note=noted.__setitem__)

    assert noted[DATES] == 2


def test_a_failure_without_a_label_is_counted_or_refused(tmp_path):
    path = made(tmp_path, ["race,sex", "x,f", "x,f", ",f"])
    noted = {}

    assert count_labels(path, ["race", "sex"], note=noted.__setitem__) == {("x", "f"): 2}
    assert noted["rows without a group label"] == 1
    with pytest.raises(BadInput, match="row 3, column race: the group label is missing"):
        count_labels(path, ["race", "sex"])


# Predictions.


def predictions(folder, rows):
    """rows: (predicted, truth, race, how many)."""
    lines, number = ["id,predicted,truth,race"], 0
    for got, truth, race, times in rows:
        for _ in range(times):
            number += 1
            lines.append(f"{number},{got},{truth},{race}")
    return made(folder, lines)


BY_HAND = [
    ("f", "f", "x", 60), ("m", "f", "x", 30), ("", "f", "x", 10), ("m", "m", "x", 80),
    ("f", "m", "x", 20), ("f", "f", "y", 100), ("m", "m", "y", 90), ("NA", "m", "y", 10),
]  # fmt: skip


def test_predictions_counted_by_hand(tmp_path):
    report = classify(predictions(tmp_path, BY_HAND))

    def counts(metric, **where):
        (row,) = report.rates(metric, **where)
        return row["errors"], row["trials"]

    assert counts("error", group_a="x") == (50, 190)
    assert counts("error_of_all", group_a="x") == (60, 200)
    assert counts("FTE", group_a="x") == (10, 200)
    assert counts("error", group_a="all") == (50, 380)
    assert counts("recall", group_a="x · f") == (30, 90)
    assert counts("precision", group_a="x · f") == (20, 80)
    assert counts("FDR_of_predictions", group_a="x · f") == (20, 80)
    assert counts("FPR", group_a="x · f") == (20, 100)
    assert counts("selection", group_a="x · f") == (80, 190)
    assert counts("recall", group_a="f") == (30, 190)
    assert report.rates("recall", group_a="x · f")[0]["axes"] == ["race", "label"]
    assert report.rates("recall", group_a="x · f")[0]["value"] == pytest.approx(60 / 90)
    checks = {one["message"]: one["count"] for one in report.document["checks"]}
    assert checks == {"predictions written as a word for a missing one": 10}


def test_a_confusion_of_several_labels(tmp_path):
    """c has too few faces, and too few were called b; what the rates say would tell either."""
    rows = [("a", "a", "x", 40), ("b", "a", "x", 5), ("c", "b", "x", 50), ("b", "b", "x", 1),
            ("", "c", "x", 3), ("a", "c", "x", 9)]  # fmt: skip
    document = classify(predictions(tmp_path, rows)).document
    table = {(one["truth"], one["predicted"]): one["faces"] for one in document["confusion"]}
    assert table == dict.fromkeys(
        [("a", "a"), ("a", "b"), ("b", "b"), ("b", "c"), ("c", "a"), ("c", None)]
    )

    rows[3:] = [("b", "b", "x", 30), ("", "c", "x", 3), ("a", "c", "x", 40)]
    document = classify(predictions(tmp_path, rows)).document
    table = {(one["truth"], one["predicted"]): one["faces"] for one in document["confusion"]}
    assert table == {
        ("a", "a"): 40, ("a", "b"): 5, ("b", "b"): 30, ("b", "c"): 50,
        ("c", "a"): 40, ("c", None): 3,
    }  # fmt: skip


def test_predicted_labels_are_mapped_to_true_ones(tmp_path, capsys):
    path = predictions(tmp_path, [("Man", "m", "x", 40), ("Woman", "f", "x", 30),
                                  ("Man", "f", "x", 10)])  # fmt: skip
    chart = made(tmp_path, ["[labels]", 'Man = "m"', 'Woman = "f"'], "map.toml")

    report = classify(path, columns=read_map(chart))

    assert report.rates("error", group_a="all")[0]["errors"] == 10
    turned = classify(path, columns={"label.Man": "f", "label.Woman": "m"})
    assert turned.rates("error", group_a="all")[0]["errors"] == 70
    assert main(["classify", str(path), "--column", "label.Man=m"]) == 0
    assert "predictions that are none of the true labels" in capsys.readouterr().out


def test_reports_of_predictions_are_made_again_to_the_byte(tmp_path):
    inline = classify(predictions(tmp_path, BY_HAND), reference="y")
    joined = classify(DEEPFACE, truth=TRUTH, attribute="age", confidence_zero_is_missing=True)

    assert reproduce(inline.to_bytes(), [tmp_path]).is_same
    assert reproduce(joined.to_bytes(), [FAIRFACE]).is_same


def test_a_missing_word_that_is_a_label_stays_one(tmp_path):
    rows = [("NA", "NA", "x", 40), ("EU", "EU", "x", 40)]

    report = classify(predictions(tmp_path, rows), attribute="region")

    assert report.rates("FTE", group_a="all")[0]["errors"] == 0


def test_predictions_that_no_truth_knows_are_counted(tmp_path):
    rows = [("a", "a", "x", 40), ("Asian", "b", "x", 7)]
    checks = classify(predictions(tmp_path, rows)).document["checks"]

    assert [(one["count"], one["severity"]) for one in checks] == [(7, "warning")]
    with pytest.raises(BadInput, match=r"no predicted label \(Man\) is a true label \(Male\)"):
        classify(predictions(tmp_path, [("Man", "Male", "x", 40)]))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["id,truth", "1,x"], "no column for the predicted"),
        (["id,predicted", "1,x"], "no column for the truth"),
        (["id,predicted,truth", ",x,x"], "row 1, column id: the id is missing"),
        (["id,predicted,truth"], "no prediction has a true label"),
        (["id,predicted,truth,face_confidence", "1,x,x,high"], "row 1, column face_confidence"),
        (["id,predicted,truth", *[f"{n},a{n},a{n}" for n in range(300)]], "300 different labels"),
    ],
)
def test_predictions_that_cannot_be_audited(tmp_path, lines, words):
    with pytest.raises(BadInput, match=words):
        classify(made(tmp_path, lines))


def test_deepface_faces_that_were_not_found_are_failures_when_asked():
    told = classify(DEEPFACE, truth=TRUTH)
    asked = classify(DEEPFACE, truth=TRUTH, confidence_zero_is_missing=True)

    (check,) = [c for c in told.document["checks"] if "detector" in c["message"]]
    assert check["severity"] == "warning"
    assert told.rates("FTE", group_a="all")[0]["errors"] == 0
    row = asked.rates("FTE", group_a="all")[0]
    # Of 3000 rows two have no label: 1,036 or fewer of 2,998.
    assert 0 <= check["count"] - row["errors"] <= 2
    assert row["trials"] == 2998
    assert round(row["value"], 2) == 0.35
    everybody = asked.rates("error", group_a="all")[0]
    assert everybody["trials"] == 2998 - row["errors"]


@pytest.mark.parametrize("attribute", ["race", "age", "gender"])
def test_any_attribute_is_audited(attribute):
    report = classify(DEEPFACE, truth=TRUTH, attribute=attribute, groups=["race", "gender"])

    assert report.document["system"]["attribute"] == attribute
    assert report.rates("error", group_a="all")[0]["trials"] == 2998
    by_label = {row["label"] for row in report.rates("selection")}
    assert len(by_label) > 1
    # A label is never split by itself: the precision of a race within one race says nothing.
    axes = {axis for row in report.rates("precision") for axis in row["axes"]}
    assert attribute not in axes


def test_a_group_of_too_few_does_not_follow_from_the_others(tmp_path):
    rows = [("f", "f", "x", 100), ("m", "f", "x", 10), ("f", "f", "y", 60), ("m", "f", "y", 30),
            ("f", "f", "z", 20), ("m", "m", "z", 9), ("m", "f", "x", 5)]  # fmt: skip
    document = classify(predictions(tmp_path, rows)).document

    shown = {row["group_a"] for row in document["rates"] if row["value"] is not None}
    # z has 29 faces; y is the smallest of the others.
    assert {"all", "x"} <= shown
    assert not any(name.split(" · ")[0] in ("y", "z") for name in shown)
    assert {row["id"] for row in document["groups"] if row["subjects"]} == {"x"}
    named = [row[side] for part in ("contrasts", "differentials", "bands")
             for row in document[part] for side in ("a", "b", "worst", "best", "group")
             if side in row]  # fmt: skip
    assert not {"y", "z"} & set(named)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(1, 60), min_size=1
    )
)
def test_no_hidden_group_follows_by_subtraction(sizes):
    axes = ["one", "two"]
    hidden = hidden_groups(sizes, axes)

    def total(axes, name):
        return sum(n for group, n in sizes.items() if _in_view(group, axes, name))

    views = {(("one",), a) for a, _x in sizes} | {(("two",), x) for _a, x in sizes} | {((), "all")}
    assert all(key in hidden for key in views if total(*key) < 30)
    for axes_of, name in views - hidden:
        for finer in (("one", "two"), ("one",), ("two",)):
            if set(axes_of) < set(finer):
                parts = {
                    (finer, " · ".join(g[("one", "two").index(a)] for a in finer))
                    for g in sizes
                    if _in_view(g, axes_of, name)
                }
                assert len(parts & hidden) != 1


def _in_view(group, axes, name):
    return not axes or " · ".join(group[("one", "two").index(a)] for a in axes) == name


# bob and pyeer.


def tally_of(comparisons, value=0.5):
    tally = Tally((value,), comparisons.polarity)
    for batch in comparisons.batches():
        tally.add(batch, len(comparisons.units), len(comparisons.units.groups))
    return tally


def cells(comparisons, group):
    tally, group_of = tally_of(comparisons), comparisons.units.group_of_unit()
    code = {comparisons.units.group_list().index(group)}
    impostor = impostor_cell(tally, 0, group_of, code, code)
    mated = mated_cell(tally, 0, group_of, code)
    return (impostor.errors, impostor.trials), (mated.errors, mated.trials)


FOUR = ["# claimed real probe score", "a a a2 0.9", "a a a3 0.1", "a b b1 0.6", "b a a2 0.2",
        "", "b b b1 nan", "c a a2 0.7"]  # fmt: skip


@pytest.mark.parametrize("layout", ["four", "five", "csv"])
def test_bobs_three_layouts_say_the_same(tmp_path, layout):
    rows = [line.split() for line in FOUR if line and not line.startswith("#")]
    if layout == "four":
        path = made(tmp_path, FOUR, "scores-dev")
    elif layout == "five":
        lines = [f"{claimed} {claimed}1 {real} {probe} {s}" for claimed, real, probe, s in rows]
        path = made(tmp_path, lines, "scores-dev")
    else:
        heading = "probe_subject_id,probe_reference_id,bio_ref_subject_id,bio_ref_reference_id,"
        heading += "probe_race,bio_ref_race,score"
        race = {"a": "x", "b": "x", "c": "y"}
        lines = [f"{r},{p},{c},{c}1,{race[r]},{race[c]},{s}" for c, r, p, s in rows]
        path = made(tmp_path, [heading, *lines], "scores.csv")
    labels = None
    if layout != "csv":
        labels = (["race"], {"a": ("x",), "b": ("x",), "c": ("y",)})
    comparisons = open_bob(path, labels=labels)

    assert cells(comparisons, ("x",)) == ((1, 2), (1, 2))
    assert comparisons.rows == 6
    assert comparisons.oddities.counts["scores that are no number"] == 1
    assert comparisons.has_subjects
    assert comparisons.polarity == "similarity"
    if layout == "csv":
        assert sniff(path).layout == "bob"
    if layout == "four":
        assert comparisons.oddities.counts["blank lines"] == 1
        assert comparisons.oddities.counts["remark lines"] == 1


def test_bob_is_counted_by_the_engine_with_its_oddities_once(tmp_path):
    lines = ["a a1 a a1 0.9", "a a1 b b1 0.2", "a a1 b b1 0.2", "b b1 a a1 0.2", "a a1 c c1 inf"]
    source = open_bob(made(tmp_path, lines, "s"))

    first = Threads().count(source, Plan((0.5,), histograms=True, first=True), None)
    second = Threads().count(source, Plan((0.5,)), None)

    assert np.array_equal(first.tally.impostors, second.tally.impostors)
    assert first.tally.impostors.sum() == 2 * 3
    assert first.oddities.counts == {
        "comparisons of a sample with itself": 1,
        "duplicate rows": 2,
        "duplicate rows written the other way round": 1,
        "scores that are infinite": 1,
    }


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["a b c"], "row 1: this line has 3 words; it needs 4 or 5"),
        (["a b c 1", "a b c d 1"], "row 2: this line has 5 words; it needs 4"),
        (["a b c high"], "row 1, column score"),
        (["a b c 1", "# x", "a b c 0,5"], "row 2, column score.*with a point"),
    ],
)
def test_bad_score_files_name_their_place(tmp_path, lines, words):
    with pytest.raises(BadInput, match=words):
        list(open_bob(made(tmp_path, lines, "scores")).batches())


def test_groups_of_a_bob_text_file_need_a_table(tmp_path):
    with pytest.raises(BadInput, match="--subjects"):
        open_bob(made(tmp_path, ["a b c 1"], "scores"), axes=["race"])


def test_pyeer_reads_the_last_word_of_each_line(tmp_path):
    genuine = made(tmp_path, ["a b 0.9", "0.8", "x,y,0.3", "nan"], "genuine.txt")
    impostor = made(tmp_path, ["0.1", "", "q 0.6", "w;0.2", "0.5"], "impostor.txt")
    comparisons = open_pyeer(genuine, impostor)

    assert cells(comparisons, ()) == ((2, 4), (1, 3))
    assert not comparisons.has_subjects
    assert comparisons.rows == 8
    assert comparisons.oddities.counts == {"scores that are no number": 1, "blank lines": 1}


def test_pyeer_names_the_file_and_the_row(tmp_path):
    good, bad = made(tmp_path, ["0.9"], "g.txt"), made(tmp_path, ["0.1", "a b"], "i.txt")

    with pytest.raises(BadInput, match=r"i\.txt, row 2"):
        list(open_pyeer(good, bad).batches())


# Documentation.


@pytest.mark.parametrize("layout", [*LAYOUTS, "pyeer", "embeddings", "subjects", "columns"])
def test_every_layout_is_documented(layout):
    text = (ROOT / "docs" / "audit-inputs.md").read_text()

    section = text.split(f"\n## `{layout}`")[1].split("\n## ")[0]
    assert "| column | type | needed | meaning |" in section or layout in ("columns", "pyeer")


def test_every_role_is_documented():
    from recognition_audit.readers import counts, predictions, rates, searches

    text = (ROOT / "docs" / "audit-inputs.md").read_text()
    for module, layout in [(counts, "counts"), (predictions, "predictions"), (rates, "rates"),
                           (searches, "searches")]:  # fmt: skip
        section = text.split(f"\n## `{layout}`")[1].split("\n## ")[0]
        for role in module.ROLES:
            assert f"| `{role}`" in section, (layout, role)
