"""Tables as they come: what is read, what is passed over and counted, what is refused and where."""

import gzip
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recognition_audit import BadInput
from recognition_audit.readers import parquet_tables, tables, text_tables, values
from recognition_audit.readers.comparisons import Oddities
from recognition_audit.readers.sniffing import known


def made(folder, content, name="x.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, *columns):
    """All rows of some columns, and what was passed over."""
    noted = Oddities()
    rows = []
    for row, cells in tables.chunks(path, columns, noted.add):
        rows += [(row + n, *line) for n, line in enumerate(zip(*cells.values(), strict=True))]
    return rows, noted.counts


def test_a_blank_line_in_the_middle_is_passed_over_and_counted(tmp_path):
    path = made(tmp_path, "a,b\n1,2\n\n3,4\n,\n \n5,6\n")

    rows, noted = read(path, "a", "b")

    assert rows == [(1, "1", "2"), (2, "3", "4"), (3, "5", "6")]
    assert noted == {"blank lines": 3}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_line_end_and_a_byte_order_mark_are_read(tmp_path, ends, mark):
    path = made(tmp_path, mark + ends.join(["a,b", "1,2", "3,4", ""]).encode())

    assert read(path, "a", "b") == ([(1, "1", "2"), (2, "3", "4")], {})


def test_json_lines_count_blank_lines_and_unknown_keys(tmp_path):
    lines = ['{"a": 1, "b": "x"}', "", '{"a": 2, "c": "y"}', '{"a": null}']

    rows, noted = read(made(tmp_path, "\n".join(lines), "x.jsonl"), "a", "b")

    assert rows == [(1, 1, "x"), (2, 2, None), (3, None, None)]
    assert noted == {"blank lines": 1, "rows with a key that the first row does not have": 1}


def test_an_ending_in_capitals_and_spaces_around_headings(tmp_path):
    path = known(made(tmp_path, "a, b\n1,2\n", "DATA.CSV"))

    assert tables.columns_of(path) == ["a", "b"]
    assert read(path, "b")[0] == [(1, "2")]


def test_text_is_text_however_much_it_looks_like_a_formula(tmp_path):
    path = made(tmp_path, "id,n\n=cmd|'/c calc'!A0,1\n")

    assert read(path, "id")[0] == [(1, "=cmd|'/c calc'!A0")]
    with pytest.raises(BadInput, match="row 1, column id"):
        values.numbers(np.array(["=1+1"], dtype=object), file="x", row=1, column="id")


DEEP = "[" * 200_000
TOO_LONG = "x" * 1_000_001


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("a,b\n1,2\n3;4\n", "x.csv", "row 2.*1 cells.*semicolons"),
        ("a,b\n1,2\n3\t4\n", "x.csv", "row 2.*tabs"),
        ("a\tb\n1\t2\n3,4\n", "x.tsv", "row 2.*commas"),
        ("a;b\n1;2\n", "x.csv", "heading has semicolons"),
        ("a,b\n1,2\n\n\n3\n", "x.csv", r"row 2.*line 5 of the file"),
        ("a,b\n1,2,3\n", "x.csv", "row 1.*3 cells"),
        ('a,b\n1,"2\n3,4\n', "x.csv", "row 1.*quotation mark"),
        (f"a,b\n1,{'x' * 1_000_000}\n", "x.csv", "row 1, column b: a cell of 1,000,000"),
        (f"a,b\n1,{TOO_LONG}\n", "x.csv", "row 1.*field limit"),
        ("a,b\n" + "1," * 9_000_000, "x.csv", "row of more than"),
        ("a,b\n1,x\0y\n" + "1,2\n" * 5, "x.csv", "UTF-8"),
        ("a,b\n" + "1,2\n" * 2000 + "1,x\0y\n", "x.csv", r"row 2001, column b.*x00"),
        ("a,b\n1,x\x1fy\n", "x.csv", r"row 1, column b.*x1f"),
        ('a,b\n1,"x\ny"\n', "x.csv", "row 1, column b.*line break"),
        ("a,b\nä,ö\n".encode("latin-1"), "x.csv", "line 2 is not text in UTF-8"),
        ("a,b\n".encode("utf-16"), "x.csv", "UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "x.csv", "UTF-8"),
        ("a,b\n1,2\n".encode("utf-32"), "x.csv", "UTF-8"),
        ("", "x.csv", "empty"),
        ("\n\n", "x.csv", "empty"),
        ("", "x.jsonl", "empty"),
        ("", "x.parquet", "empty"),
        ("a,b,a\n1,2,3\n", "x.csv", "same name, 'a'"),
        (",".join(map(str, range(5000))), "x.csv", "5,000 columns"),
        ("a,\x1b[2Jb\n1,2\n", "x.csv", "heading of column 2"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 100_000, mtime=0), "x.csv", "packed with gzip"),
        (b"PAR1", "x.csv", "it is Parquet"),
        (f'{{"a": {DEEP}', "x.jsonl", "nested too deep"),
        ('{"a": [1]}', "x.jsonl", "row 1, column a.*list"),
        ('{"a": 1, "a": 2}', "x.jsonl", "stands twice"),
        ("[1]", "x.jsonl", "not one JSON object"),
        (f'{{"a": {"9" * 5000}}}', "x.jsonl", "not one JSON object"),
        ('{"a": "\\ud800"}', "x.jsonl", r"row 1, column a.*ud800"),
        ('{"\\ud800": 1}', "x.jsonl", "heading of column 1"),
    ],
    ids=lambda value: None if isinstance(value, str) and len(value) < 80 else "long",
)  # fmt: skip
def test_what_cannot_be_read_names_its_place(tmp_path, content, name, words):
    path = made(tmp_path, content, name)

    with pytest.raises(BadInput, match=words):
        read(path, *tables.columns_of(known(path))[:2])


@pytest.mark.parametrize("name", ["x.csv.gz", "x.zip", "x.csv.zst"])
def test_packed_files_are_not_read(tmp_path, name):
    with pytest.raises(BadInput, match="Unpack it first"):
        known(made(tmp_path, b"a", name))


def test_a_zip_bomb_under_the_name_of_a_table_is_not_unpacked(tmp_path):
    path = tmp_path / "x.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)

    with pytest.raises(BadInput, match="a zip or Excel file"):
        tables.columns_of(known(path))


def test_folders_dead_links_and_names_that_cannot_be_shown(tmp_path):
    (tmp_path / "x.csv").mkdir()
    (tmp_path / "y.csv").symlink_to(tmp_path / "nowhere")
    made(tmp_path, "a\n1\n", "\udcff.csv")

    for name, words in [("x.csv", "folder"), ("y.csv", "leads nowhere"), ("\udcff.csv", "rename")]:
        with pytest.raises(BadInput, match=words) as caught:
            known(tmp_path / name)
        str(caught.value).encode()


def test_a_link_to_a_file_is_read(tmp_path):
    made(tmp_path, "a\n1\n")
    (tmp_path / "y.csv").symlink_to(tmp_path / "x.csv")

    assert read(known(tmp_path / "y.csv"), "a")[0] == [(1, "1")]


def parquet(folder, columns, **options):
    path = folder / "x.parquet"
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_every_layout_gives_the_same_cells(tmp_path):
    ids, scores = ["7", None, "x"], [0.25, None, 1.0]
    files = [
        made(tmp_path, "id,score\n7,0.25\n,\nx,1.0\n".replace("\n,\n", "\n,nan\n")),
        made(tmp_path, "id\tscore\n7\t0.25\n\tnan\nx\t1\n", "x.tsv"),
        made(
            tmp_path,
            "\n".join(json.dumps({"id": i, "score": s}) for i, s in zip(ids, scores, strict=True)),
            "x.jsonl",
        ),
        parquet(tmp_path, {"id": ids, "score": scores}),
    ]
    for path in files:
        ((_row, cells),) = tables.chunks(path, ["id", "score"])
        assert values.texts(cells["id"]).tolist() == ids, path.name
        numbers = values.numbers(cells["score"], file="", row=1, column="score")
        assert np.array_equal(numbers, [0.25, np.nan, 1.0], equal_nan=True), path.name


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([1, None, 2**53 + 1]), ["1", None, "9007199254740993"]),
        (pa.array([1.0, None, 2.5]), ["1", None, "2.5"]),
        (pa.array([True, None, False]), ["true", None, "false"]),
        (pa.array(["x", None, "y"]).dictionary_encode(), ["x", None, "y"]),
        (pa.array([b"x", None, "ü".encode()]), ["x", None, "ü"]),
        (pa.array(["x", None, "y"], pa.large_string()), ["x", None, "y"]),
        (pa.array([None, None, None]), [None, None, None]),
    ],
)
def test_ids_of_every_parquet_type_are_exact(tmp_path, column, expected):
    path = parquet(tmp_path, {"id": column})

    ((_row, cells),) = tables.chunks(path, ["id"])

    assert values.texts(cells["id"]).tolist() == expected


def test_a_parquet_file_cut_off_anywhere_is_refused(tmp_path):
    whole = parquet(tmp_path, {"a": list(range(1000)), "b": ["x"] * 1000}).read_bytes()

    for length in range(0, len(whole), 97):
        with pytest.raises(BadInput, match=r"empty|cut off|damaged"):
            read(made(tmp_path, whole[:length], "y.parquet"), "a", "b")


def test_a_damaged_page_is_named(tmp_path):
    whole = parquet(tmp_path, {"a": np.random.default_rng(1).random(5000)}).read_bytes()

    with pytest.raises(BadInput, match=r"damaged|cut off"):
        read(made(tmp_path, whole[:4] + b"\xff" * 60 + whole[64:], "y.parquet"), "a")


def test_parquet_that_declares_absurd_sizes_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_tables, "UNPACKED_BYTES_ALLOWED", 1 << 20)
    monkeypatch.setattr(parquet_tables, "UNPACKED_PER_BYTE_MAX", 100)
    zeros = pa.array(np.zeros(2_000_000))
    bomb = parquet(tmp_path, {"a": zeros}, use_dictionary=False, compression="zstd")

    with pytest.raises(BadInput, match="refused unread"):
        read(bomb, "a")


def test_parquet_of_too_many_rows_for_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_tables, "ROWS_ALLOWED", 1_000)
    monkeypatch.setattr(parquet_tables, "ROWS_PER_BYTE_MAX", 100)
    path = parquet(tmp_path, {"a": pa.array(np.zeros(1_000_000, dtype=np.int8))})

    with pytest.raises(BadInput, match="declare 1,000,000 rows"):
        tables.columns_of(path)


def test_a_long_text_repeated_in_parquet_is_refused_and_not_multiplied(tmp_path):
    path = parquet(tmp_path, {"a": ["x" * 1_000_000] * 200, "b": ["y"] * 200})

    assert len(read(path, "b")[0]) == 200
    with pytest.raises(BadInput, match="row 1, column a: a cell of 1,000,000"):
        read(path, "a")


def test_a_nested_or_broken_parquet_column_is_named(tmp_path):
    path = parquet(tmp_path, {"a": [[1], [2]], "b": [1, 2]})
    with pytest.raises(BadInput, match="column a: the column holds list"):
        read(path, "a")

    path = parquet(tmp_path, {"a": pa.array([b"x", b"\xff"])})
    with pytest.raises(BadInput, match="damaged"):
        read(path, "a")


def test_long_ids_come_in_smaller_chunks_with_the_right_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "CHARACTERS_OF_A_CHUNK_MAX", 1000)
    path = made(tmp_path, "a\n" + "\n".join("x" * 100 + str(n) for n in range(57)))

    rows, _noted = read(path, "a")

    assert [row for row, _cell in rows] == list(range(1, 58))
    assert max(len(cells["a"]) for _row, cells in tables.chunks(path, ["a"])) <= 10


@pytest.mark.parametrize("cell", ["1_0", "١", "abc", "1,5", True, "0x1", 10**400, "1e"])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(BadInput, match=r"row 8, column n.*is not a number"):
        values.numbers(np.array(["1", cell], dtype=object), file="x", row=7, column="n")


@pytest.mark.parametrize("cell", ["-1", "1.5", None, "inf", "1e300"])
def test_a_count_is_whole_and_not_negative(cell):
    with pytest.raises(BadInput, match=r"row 2, column n.*whole number"):
        values.whole_numbers(np.array(["1", cell], dtype=object), file="x", row=1, column="n")


def test_a_row_over_many_lines_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(text_tables, "CHARACTERS_OF_A_ROW_MAX", 1000)
    path = made(tmp_path, "a,b\n" + '1,"\n' + "x\n" * 2000)

    with pytest.raises(BadInput, match="quotation mark open"):
        read(path, "a")
