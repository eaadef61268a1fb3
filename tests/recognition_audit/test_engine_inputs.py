"""What a file may hold besides good rows: counted by kind, and the same figures however written."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recognition_audit import BadInput, Threshold, verify
from recognition_audit.cli import main
from recognition_audit.duplicates import Duplicates, fingerprints, of_comparisons
from recognition_audit.readers import columnar
from recognition_audit.readers.comparisons import Part
from recognition_audit.thresholds import at_fixed_rate, named

GIVEN = [Threshold("0.5", 0.5, "given")]


def rows(number=4000, seed=2):
    random = np.random.Generator(np.random.PCG64(seed))
    mated = random.random(number) < 0.3
    scores = np.round(random.normal(np.where(mated, 0.7, 0.3), 0.1), 4)
    people = random.integers(0, 120, (2, number))
    people[1][mated] = people[0][mated]
    return [
        (f"p{a}", f"p{b}", score, int(same), "xy"[a % 2], "xy"[b % 2])
        for a, b, score, same in zip(*people.tolist(), scores.tolist(), mated.tolist(), strict=True)
    ]


HEADING = "subject_a,subject_b,similarity,mated,group_a,group_b"


def text(table, heading=HEADING, end="\n"):
    return end.join([heading, *(",".join(map(str, row)) for row in table)]) + end


def figures(path, **options):
    document = dict(verify(path, thresholds=GIVEN, at_fmr=0.1, **options).document)
    return {name: part for name, part in document.items() if name not in ("manifest", "checks")}


def checks(path, **options):
    report = verify(path, thresholds=GIVEN, **options)
    return {check["id"]: check for check in report.document["checks"]}


def written(folder, content, name="pairs.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return written(tmp_path_factory.mktemp("plain"), text(rows()))


@pytest.fixture(scope="module")
def expected(plain):
    return figures(plain)


def test_quotes_tabs_lines_and_kinds_of_files_change_no_figure(plain, expected, tmp_path):
    table = rows()
    quoted = text([(f'"{a}"', *rest) for a, *rest in table])
    objects = [dict(zip(HEADING.split(","), row, strict=True)) for row in table]
    pq.write_table(pa.Table.from_pylist(objects), tmp_path / "p.parquet", row_group_size=1000)
    files = [
        written(tmp_path, quoted, "quoted.csv"),
        written(tmp_path, text(table, end="\r\n"), "dos.csv"),
        written(tmp_path, text(table).replace(",", "\t"), "tabs.tsv"),
        written(tmp_path, "\n".join(map(json.dumps, objects)), "lines.jsonl"),
        tmp_path / "p.parquet",
    ]

    assert columnar.blank_lines(files[0]) is None
    for file in files:
        assert figures(file) == expected, file.name


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_are_skipped_and_counted(tmp_path, expected, quote, end):
    lines = text([(f"{quote}{a}{quote}", *rest) for a, *rest in rows()], end=end).split(end)
    lines[10:10] = [""]
    lines[500:500] = ["", ""]
    path = written(tmp_path, end.join(lines) + end)

    assert checks(path)["blank-lines"] == {
        "id": "blank-lines", "severity": "info", "message": "blank lines", "count": 4,
    }  # fmt: skip
    assert figures(path) == expected


def test_blank_lines_between_blocks_are_counted_once(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "SCAN_BYTES", 7)
    lines = ["a,b"] + ["1,2", "", "34,5", "", "", "6,7"] * 20
    for end in ("\n", "\r\n"):
        path = written(tmp_path, end.join(lines) + end)
        assert columnar.blank_lines(path) == 60


def test_a_bad_cell_late_in_a_plain_file_is_named_with_its_row(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "BLOCK_BYTES", 4096)
    for bad, words in (("p1,p2,abc,0,x,y", "row 3001, column similarity"), ("p1,p2", "row 3001")):
        lines = text(rows()).split("\n")
        lines[3001] = bad
        with pytest.raises(BadInput, match=words):
            verify(written(tmp_path, "\n".join(lines)), thresholds=GIVEN)


def test_a_plain_file_that_arrow_does_not_take_is_read_on_from_there(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "BLOCK_BYTES", 4096)
    path = written(tmp_path, text(rows()[:2000]) + "  \n" + text(rows()).split("\n", 2001)[2001])

    found = list(columnar.batches(path, Part(0), ["subject_a"], lambda _kind, _number: None, {}))

    assert sum(len(cells["subject_a"]) for _row, cells in found) == 4000
    assert found[0][0] == 1


def test_what_cannot_be_is_counted_with_its_severity(tmp_path):
    odd = ["a,b,-0.4,0,x,y", "a,c,inf,0,x,x", "a,d,nan,0,x,x", "a,a,0.2,0,x,x", "a,e,0.1,1,x,y"]
    table = [(*row[:2], 1 - row[2], *row[3:]) for row in rows()]
    content = text(table, HEADING.replace("similarity", "distance")) + "\n".join(odd)

    found = checks(written(tmp_path, content), polarity="distance")

    told = {name: (check["severity"], check["count"]) for name, check in found.items()}
    assert told["negative-distances"][0] == "error"
    assert told["scores-that-are-infinite"] == ("error", 1)
    assert told["scores-that-are-no-number"] == ("warning", 1)
    assert told["impostor-pairs-of-one-subject"][0] == "error"
    assert told["mated-pairs-of-two-subjects"] == ("error", 1)


@pytest.mark.parametrize(("scale", "is_mixed"), [(1, False), (100, True)])
def test_two_scales_in_one_file_are_noticed(tmp_path, scale, is_mixed):
    table = rows()
    mixed = [(*row[:2], row[2] * scale if number % 2 else row[2], *row[3:])
             for number, row in enumerate(table)]  # fmt: skip

    found = checks(written(tmp_path, text(mixed)), polarity="similarity")

    assert ("scores-on-two-scales" in found) == is_mixed


def test_one_scale_of_0_to_100_or_a_few_large_distances_are_not_two(tmp_path):
    random = np.random.Generator(np.random.PCG64(1))
    for scores in (random.uniform(0, 100, 4000), random.exponential(3, 4000)):
        table = [(*row[:2], score, *row[3:]) for row, score in zip(rows(), scores, strict=True)]
        polarity = "similarity"
        try:
            found = checks(written(tmp_path, text(table)), polarity=polarity)
        except BadInput:
            found = checks(written(tmp_path, text(table)), polarity="distance")
        assert "scores-on-two-scales" not in found


def test_thresholds_are_fixed_exactly_in_a_sorted_file_where_no_sample_tells(tmp_path):
    table = sorted(rows(12_000), key=lambda row: row[2])
    columns = dict(zip(HEADING.split(","), zip(*table, strict=True), strict=True))
    columns.pop("subject_a"), columns.pop("subject_b")
    path = tmp_path / "sorted.parquet"
    pq.write_table(pa.table({name: list(cells) for name, cells in columns.items()}), path)

    for rate in (0.01, 0.1, 0.5):
        report = verify(path, at_fmr=rate)
        within = [row[2] for row in table if not row[3] and row[4] == row[5]]
        [step] = report.document["thresholds"]
        assert step["value"] == at_fixed_rate(np.array(within), rate, "similarity")
        [row] = report.rates("FMR", group_a="x", group_b="x")
        assert row["errors"] == sum(
            row[2] >= step["value"] for row in table if not row[3] and row[4] == row[5] == "x"
        )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    scores=st.lists(st.sampled_from([0.1, 0.2, 0.2000001, 0.3, 0.9]), min_size=300, max_size=400),
    rate=st.floats(0.1, 1, exclude_max=True),
    polarity=st.sampled_from(["distance", "similarity"]),
)
def test_a_fixed_rate_among_ties_is_that_of_the_sorted_scores(tmp_path, scores, rate, polarity):
    path = tmp_path / "ties.parquet"
    table = pa.table(
        {"score": scores, "group_a": ["x"] * len(scores), "group_b": ["x"] * len(scores)}
    )
    pq.write_table(table, path)
    value = at_fixed_rate(np.array(scores), rate, polarity)

    report = verify(path, at_fmr=rate, polarity=polarity)

    assert report.document["thresholds"][0]["value"] == pytest.approx(value, rel=1e-9)
    accepted = np.array(scores) <= value if polarity == "distance" else np.array(scores) >= value
    assert report.rates("FMR")[0]["errors"] == accepted.sum()
    assert accepted.sum() <= rate * len(scores)


def test_too_many_rows_for_the_duplicate_check_are_sampled_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr("recognition_audit.duplicates.KEPT_MAX", 1000)
    monkeypatch.setattr(Duplicates.__init__, "__defaults__", (1000,))
    table = rows()

    found = checks(written(tmp_path, text(table + table)))

    sampled = next(check for check in found.values() if "in a sample of 1 in" in check["message"])
    share = int(sampled["message"].rsplit(" ", 2)[-2])
    assert sampled["count"] * share == pytest.approx(4000, rel=0.2)
    assert any("beyond the 1,000 checked" in check["message"] for check in found.values())


@given(st.lists(st.integers(0, 300), max_size=200), st.integers(1, 60), st.randoms())
def test_the_sample_of_fingerprints_depends_on_the_data_alone(numbers, kept, chance):
    prints = of_comparisons(*(fingerprints([f"{side}{n}" for n in numbers]) for side in "ab"))

    def counted(parts):
        whole = Duplicates(kept)
        for part in parts:
            one = Duplicates(kept)
            one.add(part)
            whole.absorb(one)
        return whole.level, whole.count()

    cut = chance.randint(0, len(prints))
    assert counted([prints]) == counted([prints[cut:], prints[:cut]])


def test_without_subject_ids_memory_does_not_grow_with_the_rows(tmp_path):
    path = tmp_path / "no-ids.parquet"
    table = rows()
    names = ("similarity", "mated", "group_a", "group_b")
    columns = {name: [row[place] for row in table] for place, name in enumerate(names, start=2)}
    pq.write_table(pa.table(columns), path)

    report = verify(path, thresholds=GIVEN)

    [row] = report.rates("FMR", group_a="x", group_b="x")
    chosen = [r for r in table if not r[3] and r[4] == r[5] == "x"]
    assert (row["trials"], row["errors"]) == (len(chosen), sum(r[2] >= 0.5 for r in chosen))
    assert row["subjects"] is None
    assert {group["subjects"] for group in report.document["groups"]} == {None}


def test_several_thresholds_in_one_run_each_with_its_origin(plain, capfdbinary):
    run = ["verify", str(plain), "--threshold", "0.5", "--origin", "vendor default", "--json",
           "--threshold", "0.6", "--origin", "vendor recommended", "--at-fmr", "0.1",
           "--at-fmr", "0.2", "--reference", "x"]  # fmt: skip

    assert main(run) == 0

    steps = json.loads(capfdbinary.readouterr().out)["thresholds"]
    assert [(step["name"], step["origin"], step["tuned"]) for step in steps[:2]] == [
        ("0.5", "vendor default", False), ("0.6", "vendor recommended", False),
    ]  # fmt: skip
    names = [step["name"] for step in steps[2:]]
    assert names == ["FMR 0.1", "FMR 0.1 of x", "FMR 0.2", "FMR 0.2 of x"]
    assert all(step["tuned"] for step in steps[2:])


def test_one_origin_stands_for_all_thresholds_and_others_must_fit():
    assert [step.origin for step in named([1, 2], ["given"])] == ["given", "given"]
    with pytest.raises(BadInput, match="2 thresholds and 3 origins"):
        named([1, 2], ["a", "b", "c"])


def test_a_reference_group_that_is_not_there_is_refused_with_those_that_are(plain):
    with pytest.raises(BadInput, match="there is no group z"):
        verify(plain, at_fmr=0.1, reference="z")


def test_nothing_of_a_group_with_too_few_people_can_be_read(tmp_path):
    few = [(f"q{n}", f"q{n + 1}", 0.6, 0, "few", "few") for n in range(12)]
    across = [(f"q{n}", f"p{2 * n}", 0.1, 0, "few", "x") for n in range(12)]

    document = verify(written(tmp_path, text(rows() + few + across)), thresholds=GIVEN).document

    [group] = [group for group in document["groups"] if group["id"] == "few"]
    assert group["adequacy"] == "too few"
    assert {group[name] for name in ("subjects", "mated", "impostors")} == {None}
    for row in document["rates"]:
        if "few" in (row["group_a"], row["group_b"]):
            assert {row[name] for name in ("errors", "trials", "value", "ci")} == {None}
    for part in (*document["curves"].values(), document["shifts"]):
        assert all(row["group"] != "few" for row in part)
    for row in document["summaries"]:
        assert row["group"] != "few" or row["value"] is None


def test_samples_of_one_person_with_different_labels_give_a_report(tmp_path):
    path = tmp_path / "pairs.csv"
    lines = ["subject_a,subject_b,score,mated,race_a,race_b"]
    lines += [f"p{n},p{n},0.{n:02},1,x,y" for n in range(40)]
    path.write_text("\n".join(lines) + "\n")

    report = verify(path, polarity="similarity", thresholds=[Threshold("0.2", 0.2, "given")])

    assert report.rates("FNMR")[0]["errors"] == 20
    assert report.document["shifts"] == []


def test_a_score_far_from_all_others_is_named_with_its_place(tmp_path):
    table = rows()
    far = list(table)
    far[1234] = (*far[1234][:2], 1e30, *far[1234][3:])
    path = written(tmp_path, text(far))

    found = [name for name in checks(path) if name.startswith("scores-far")]
    assert found == [
        "scores-far-from-all-others-as-1e+30-(file-1-row-1235):-curves-and-EER-are-coarse"
    ]
    assert checks(path)[found[0]]["count"] == 1
    assert not [name for name in checks(written(tmp_path, text(table))) if "far" in name]


@pytest.mark.parametrize("far", [-1e9, 1e9])
@pytest.mark.parametrize("polarity", ["distance", "similarity"])
def test_scores_far_below_and_above_are_told_of_either_polarity(tmp_path, far, polarity):
    table = [list(row) for row in rows()]
    for row in table:
        row[2] = 1 - row[2] if polarity == "distance" else row[2]
    table[7][2] = table[9][2] = far
    path = written(tmp_path, text(table, HEADING.replace("similarity", polarity)))

    [found] = [name for name in checks(path) if name.startswith("scores-far")]

    assert f"as-{far:g}-(file-1-row-8)" in found
    assert checks(path)[found]["count"] == 2


def test_scores_of_two_values_are_not_far_from_each_other(tmp_path):
    table = [(*row[:2], int(row[2] > 0.5), *row[3:]) for row in rows()]

    assert not [name for name in checks(written(tmp_path, text(table))) if "far" in name]


@pytest.mark.parametrize("rate", [0, -0.1, 1, 2, float("nan")])
def test_a_rate_that_is_none_is_refused(plain, rate):
    with pytest.raises(BadInput, match="between 0 and 1"):
        verify(plain, at_fmr=rate)
