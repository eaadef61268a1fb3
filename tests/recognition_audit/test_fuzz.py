"""Whatever a file holds, the command line gives a complete report or one clear line: never a
traceback. A corpus of broken files, random bytes, and tables of odd cells."""

import contextlib
import io
import json
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recognition_audit import BadInput
from recognition_audit.cli import main
from recognition_audit.engine import Plan, Threads
from recognition_audit.readers.pyeer import open_pyeer

# A name, and the words of its command around the file.
AUDITS = {
    "check": ["check"],
    "verify": ["verify", "--distance", "--threshold", "0.5"],
    "verify at a rate": ["verify", "--distance", "--at-fmr", "0.1"],
    "classify": ["classify"],
    "identify": ["identify", "--distance", "--threshold", "0.5"],
    "counts": ["counts"],
    "rates": ["counts", "--layout", "rates"],
}


def examples(number):
    """Settings for tests that read files: slow at times, with a folder made inside."""
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))


def run(words):
    """Exit code, standard output and standard error of a command."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    out.flush()
    return code, out.buffer.getvalue(), err.getvalue()


def audit(path, name, *more):
    """Run one audit over a file and hold it to its promise."""
    command, *options = AUDITS[name]
    code, out, err = run([command, str(path), *options, *more, "--json"])
    assert code in (0, 1)
    if code == 0:
        document = json.loads(out)
        assert {"schema", "checks"} <= set(document)
        for row in document.get("rates", []):
            if row["value"] is not None:
                assert 0 <= row["ci"]["lo"] <= row["ci"]["hi"] <= 1
    else:
        assert not out
        err = err.strip()  # a bar that was never shown leaves an empty line
        assert err.startswith("recognition-audit: ")
        assert "\n" not in err
        assert len(err) < 2000
        err.encode()
    return code, err


def parquet_bytes(columns, *, rows=None, **options):
    file = io.BytesIO()
    pq.write_table(pa.table(columns).slice(0, rows), file, **options)
    return file.getvalue()


GOOD = b"subject_a,subject_b,score,mated,race_a,race_b\n" + b"".join(
    b"a%d,b%d,0.%d,0,x,x\n" % (n, n, n) for n in range(50)
)
IDS = {"subject_a": ["a", "b"], "subject_b": ["c", "d"]}
WHOLE = parquet_bytes(IDS | {"score": [0.1, 0.9]})
CORPUS = {
    "empty.csv": b"",
    "empty.jsonl": b"",
    "empty.parquet": b"",
    "blank.csv": b"\n\n\n",
    "heading.csv": b"subject_a,subject_b,score\n",
    "heading.parquet": parquet_bytes(IDS | {"score": [0.5, 0.5]}, rows=0),
    "utf16.csv": GOOD.decode().encode("utf-16"),
    "utf16-no-mark.csv": GOOD.decode().encode("utf-16-be"),
    "latin.csv": "subject_a,subject_b,score\nä,ö,0.1\n".encode("latin-1"),
    "bom.csv": b"\xef\xbb\xbf" + GOOD,
    "cr.csv": GOOD.replace(b"\n", b"\r"),
    "mixed.csv": GOOD + b"a;b;0.5;0;x;x\n",
    "semicolons.csv": GOOD.replace(b",", b";"),
    "long-cell.csv": GOOD + b"a," + b"b" * 1_000_000 + b",0.5,0,x,x\n",
    "too-long-cell.csv": GOOD + b"a," + b"b" * 1_000_001 + b",0.5,0,x,x\n",
    "long-line.csv": b"a" * 20_000_000,
    "open-quote.csv": GOOD + b'"a,b,0.5,0,x,x\n' * 1000,
    "gzip.csv": b"\x1f\x8b\x08\x00" + b"\0" * 100,
    "zip.csv": b"PK\x03\x04" + b"\0" * 100,
    "formula.csv": GOOD + b"=cmd|'/c calc'!A0,b,=1+1,0,x,x\n",
    "formula-id.csv": GOOD + b"=cmd|'/c calc'!A0,b,0.5,0,@SUM(A1),+1\n",
    "nul.csv": GOOD * 200 + b"a\0,b,0.5,0,x,x\n",
    "separator.csv": GOOD + b"a,b,0.5,0,x\x1fy,x\n",
    "negative.csv": GOOD.replace(b"0.", b"-0."),
    "infinite.csv": GOOD + b"a,b,inf,0,x,x\na,b,-inf,0,x,x\na,b,1e999,0,x,x\na,b,nan,0,x,x\n",
    "one-subject.csv": b"subject_a,subject_b,score,mated,race_a,race_b\n" + b"a,a,0.1,1,x,x\n" * 50,
    "one-row.csv": b"subject_a,subject_b,score,mated,race_a,race_b\na,b,0.1,0,x,x\n",
    "no-labels.csv": GOOD.replace(b"x,x", b","),
    "constant.csv": GOOD.replace(b",0.", b",1#").replace(b"#", b""),
    "all-mated.csv": GOOD.replace(b",0,x", b",1,x"),
    "twins.csv": b"score,score\n1,2\n",
    "many-columns.csv": ",".join(f"c{n}" for n in range(5000)).encode() + b"\n",
    "huge-ids.csv": b"subject_a,subject_b,score\n" + b"9" * 900 + b"," + b"8" * 900 + b",0.5\n",
    "cut.parquet": WHOLE[: len(WHOLE) // 2],
    "damaged.parquet": WHOLE[:10] + b"\xff" * 40 + WHOLE[50:],
    "only-magic.parquet": b"PAR1PAR1",
    "nested.parquet": parquet_bytes(IDS | {"score": [[1.0], [2.0]]}),
    "bytes.parquet": parquet_bytes(IDS | {"score": [1.0, 2.0], "subject_a": [b"\xff", b"b"]}),
    "bomb.parquet": parquet_bytes(
        {"score": np.zeros(12_000_000)}, use_dictionary=False, compression="zstd"
    ),
    "nan.jsonl": b'{"subject_a": 1, "subject_b": 2, "score": NaN}\n'
    b'{"subject_a": 1, "subject_b": 2, "score": -Infinity}\n',
    "huge-number.jsonl": b'{"subject_a": 1, "subject_b": 2, "score": 1' + b"0" * 400 + b"}\n",
    "digits.jsonl": b'{"subject_a": 1, "subject_b": 2, "score": ' + b"9" * 10_000 + b"}\n",
    "deep.jsonl": b'{"subject_a": ' + b"[" * 100_000 + b"\n",
    "deep-object.jsonl": b'{"a":' * 100_000 + b"\n",
    "list.jsonl": b'{"subject_a": [1], "subject_b": 2, "score": 1}\n',
    "surrogate.jsonl": b'{"subject_a": "\\ud800", "subject_b": "b", "score": 1}\n',
    "surrogate-key.jsonl": b'{"\\ud800": "a", "subject_b": "b", "score": 1}\n',
    "types.jsonl": b'{"subject_a": true, "subject_b": 1.0, "score": "0.5", "mated": null}\n',
    "truth.jsonl": b'{"score": true, "subject_a": 1, "subject_b": 2}\n',
    "DATA.CSV": GOOD,
    "script.csv": GOOD.replace(b"x,x", b"<script>alert(1)</script>,[red]x[/red]"),
}  # fmt: skip


@pytest.mark.parametrize("name", AUDITS)
@pytest.mark.parametrize("broken", CORPUS)
def test_the_corpus_of_broken_files(tmp_path, broken, name):
    path = tmp_path / broken
    path.write_bytes(CORPUS[broken])

    audit(path, name)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("empty.csv", "empty"),
        ("utf16.csv", "UTF-8"),
        ("latin.csv", "line 2"),
        ("mixed.csv", "row 51: this row has 1 cells, the heading has 6; it seems to have semicol"),
        ("long-cell.csv", "row 51, column subject_b: a cell of 1,000,000 characters"),
        ("formula.csv", "row 51, column score: '=1+1' is not a number"),
        ("separator.csv", "row 51, column race_a"),
        ("gzip.csv", "packed with gzip"),
        ("cut.parquet", "cut off"),
        ("bomb.parquet", "refused unread"),
        ("deep.jsonl", "row 1: the JSON is nested too deep"),
        ("huge-number.jsonl", "row 1, column score"),
        ("list.jsonl", "row 1, column subject_a"),
    ],
)
def test_what_is_broken_is_named_in_one_line(tmp_path, broken, words):
    path = tmp_path / broken
    path.write_bytes(CORPUS[broken])

    for name in ("check", "verify"):
        # A Parquet that is refused unread and texts that are no table fail before any audit.
        code, err = audit(path, name)
        assert code == 1
        assert words in err
        assert broken in err


ENDINGS = st.sampled_from([".csv", ".tsv", ".jsonl", ".parquet", ".CSV", ""])


@examples(80)
@given(st.binary(max_size=300), ENDINGS, st.sampled_from(sorted(AUDITS)))
@example(b"PAR1", ".parquet", "check")
@example(b"score\r\r0.5", ".csv", "verify")
def test_random_bytes(content, ending, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{ending}"
        path.write_bytes(content)
        audit(path, name)


@examples(40)
@given(st.data())
def test_parquet_with_changed_bytes(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        path.write_bytes(bytes(content))
        audit(path, data.draw(st.sampled_from(["check", "verify"])))


CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "0.5", "-1", "nan", "inf", "1e400", "NA", "x", "y", "=1+1", "true", "no",
         "1_0", "٣", " ", "x · y", "a\tb", "\x1f", '"', "’", "all", "10", "100", "FMR", "error"]
    ),
    st.floats().map(str),
    st.text(max_size=8),
)  # fmt: skip
HEADINGS = {
    "verify": ["subject_a", "subject_b", "score", "mated", "race_a", "race_b", "image_a",
               "image_b"],
    "classify": ["id", "predicted", "truth", "race", "gender", "face_confidence"],
    "identify": ["probe", "subject", "gallery", "threshold", "hits", "distance", "mated", "rank",
                 "mate_score", "race"],
    "counts": ["group", "race", "errors", "n", "metric", "system", "percent", "gallery"],
    "rates": ["algorithm", "group", "FMR", "FNMR", "n", "fdr", "metric", "value"],
}  # fmt: skip


NAMES = st.integers(0, 70).map("p{}".format)
SHARES = st.floats(0, 1, width=16).map(str)
LABELS = st.sampled_from(["x", "y", "z"])
# What a column holds when it is right; all else is a share.
RIGHT = {
    **dict.fromkeys(["subject_a", "subject_b", "image_a", "image_b", "id", "probe", "subject"],
                    NAMES),
    **dict.fromkeys(["race", "race_a", "race_b", "gender", "group", "predicted", "truth", "system",
                     "algorithm"], LABELS),
    **dict.fromkeys(["mated"], st.sampled_from(["0", "1"])),
    **dict.fromkeys(["errors", "hits"], st.integers(0, 30).map(str)),
    **dict.fromkeys(["n", "gallery"], st.integers(30, 900).map(str)),
    "rank": st.sampled_from(["", "1", "2"]),
    "metric": st.sampled_from(["FMR", "error", "FPIR", "recall"]),
}  # fmt: skip


@st.composite
def tables_of(draw, *, odd_of_a_hundred):
    """The audit, the heading and the rows of a table, so many of whose cells are odd."""
    name = draw(st.sampled_from(sorted(HEADINGS)))
    least = 1 if odd_of_a_hundred else 5
    heading = draw(st.permutations(HEADINGS[name]))[: draw(st.integers(least, 10))]
    chance = draw(st.randoms(use_true_random=False))

    def cell(column):
        if chance.randrange(100) < odd_of_a_hundred:
            return draw(CELLS)
        return draw(RIGHT.get(column, SHARES))

    rows = [[cell(column) for column in heading] for _ in range(draw(st.integers(0, 6)))]
    rows *= draw(st.sampled_from([1, 1, 12]))
    if not odd_of_a_hundred:
        # Distinct people, so that there is enough of something to be shown.
        for number, row in enumerate(rows):
            row[:] = [f"{c}-{number % 40}" if c.startswith("p") else c for c in row]
    return name, heading, rows


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


def hold(table, look_only):
    name, heading, rows = table
    lines = [",".join(map(quoted, row)) for row in [heading, *rows]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes("\n".join(lines).encode(errors="surrogatepass"))
        return audit(path, "check" if look_only else name)


@examples(150)
@given(tables_of(odd_of_a_hundred=100), st.booleans())
def test_tables_of_odd_cells(table, look_only):
    hold(table, look_only)


@examples(150)
@given(tables_of(odd_of_a_hundred=4), st.booleans())
def test_tables_with_some_odd_cells(table, look_only):
    hold(table, look_only)


@examples(150)
@given(tables_of(odd_of_a_hundred=0), st.booleans())
def test_tables_of_right_cells(table, look_only):
    hold(table, look_only)


@examples(80)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(HEADINGS["verify"] + HEADINGS["classify"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                lambda inner: st.lists(inner, max_size=2),
                max_leaves=3,
            ),
        ),
        max_size=5,
    ),
    st.sampled_from(["check", "verify", "classify"]),
)
def test_json_lines_of_odd_values(rows, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        audit(path, name)


@examples(60)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=12),
    st.lists(CELLS, max_size=12),
    st.sampled_from(["verify", "identify", "check", "classify"]),
)
def test_tables_of_subjects_with_odd_cells(subjects, scores, name):
    with tempfile.TemporaryDirectory() as folder:
        table, path = Path(folder) / "subjects.csv", Path(folder) / "x.csv"
        lines = [quoted(one) + "," + quoted(two) for one, two in [("id", "race"), *subjects]]
        table.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
        path.write_text(
            "\n".join(map(quoted, ["distance", *scores])), encoding="utf-8", errors="surrogatepass"
        )
        option = "--truth" if name == "classify" else "--subjects"
        audit(path, name, option, str(table), "--groups", "race")


@examples(60)
@given(
    st.one_of(
        st.binary(max_size=120),
        st.lists(CELLS, max_size=8).map(
            lambda cells: ("[columns]\n" + "\n".join(f"score = {c!r}" for c in cells)).encode(
                errors="surrogatepass"
            )
        ),
    )
)
def test_maps_of_columns_of_odd_text(content):
    with tempfile.TemporaryDirectory() as folder:
        table, path = Path(folder) / "map.toml", Path(folder) / "x.csv"
        table.write_bytes(content)
        path.write_bytes(GOOD)
        audit(path, "check", "--columns", str(table))


@examples(100)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(st.lists(CELLS, min_size=3, max_size=6).map(" ".join), max_size=8).map(
            lambda lines: "\n".join(lines).encode(errors="surrogatepass")
        ),
    )
)
def test_score_files_of_bob_with_odd_words(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores-dev"
        path.write_bytes(content)
        audit(path, "check", "--layout", "bob")


@examples(60)
@given(st.binary(max_size=80), st.lists(CELLS, max_size=12), st.booleans())
def test_the_two_files_of_pyeer_with_odd_words(content, words, swapped):
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "genuine.txt", Path(folder) / "impostor.txt"]
        files[swapped].write_bytes(content)
        files[not swapped].write_bytes("\n".join(words).encode(errors="surrogatepass"))
        said = ""
        try:
            source = open_pyeer(*files)
            count = Threads().count(source, Plan((0.5,), histograms=True, first=True), None)
        except BadInput as problem:
            said = str(problem)
        assert ".txt" in said if said else count.rows >= count.tally.impostors.sum() // 2
