"""All pairs of embeddings, computed tile by tile: the audit of the same scores in a file."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recognition_audit import BadInput, Threshold, verify
from recognition_audit.engine import Threads
from recognition_audit.readers import blas

PEOPLE, DIMENSIONS = 400, 32
PARTS = ("rates", "groups", "curves", "summaries", "shifts", "differentials", "thresholds")


def vectors(samples=1, seed=4):
    """People, each with some samples near each other, in the order of the table."""
    random = np.random.Generator(np.random.PCG64(seed))
    middles = random.normal(size=(PEOPLE, DIMENSIONS)) + 0.5
    spread = random.normal(size=(PEOPLE, samples, DIMENSIONS)) * 0.35
    return (middles[:, np.newaxis] + spread).reshape(-1, DIMENSIONS).astype(np.float32)


def subjects(folder, samples=1):
    lines = ["subject,race,gender"]
    for number in range(PEOPLE):
        lines += [f"p{number:03d},{'bwa'[number % 3]},{'fm'[number % 2]}"] * samples
    path = folder / "subjects.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("recognition_audit.readers.embeddings.ROWS_OF_A_BLOCK", 40)
    monkeypatch.setattr("recognition_audit.readers.embeddings.ROWS_OF_A_STRIPE", 7)


def audit(path, table, polarity="similarity", **options):
    step = Threshold("near", 0.6 if polarity == "similarity" else 6.0, "given")
    return verify(
        path, subjects=table, polarity=polarity, thresholds=[step], at_fmr=0.05,
        groups=["race", "gender"], **options,
    )  # fmt: skip


def by_hand(found, polarity):
    found = found.astype(np.float64)
    if polarity == "similarity":
        found = found / np.linalg.norm(found, axis=1, keepdims=True)
        return np.minimum(found @ found.T, 1)
    return np.sqrt(np.square(found[:, np.newaxis] - found).sum(axis=2))


@pytest.mark.parametrize("polarity", ["similarity", "distance"])
@pytest.mark.parametrize("samples", [1, 2])
def test_counts_are_those_of_the_scores_computed_by_hand(tmp_path, polarity, samples):
    found, table = vectors(samples), subjects(tmp_path, samples)
    np.save(tmp_path / "e.npy", found)

    report = audit(tmp_path / "e.npy", table, polarity)

    scores = by_hand(found, polarity)
    person = np.arange(len(found)) // samples
    once = np.triu(np.ones_like(scores, dtype=bool), 1)
    mates = once & (person[:, np.newaxis] == person)
    accepted = scores >= 0.6 if polarity == "similarity" else scores <= 6.0
    for race, place in zip("bwa", range(3), strict=True):
        of = person % 3 == place
        within = once & of[:, np.newaxis] & of
        [row] = report.rates("FMR", threshold="near", group_a=race, group_b=race)
        assert row["trials"] == (within & ~mates).sum()
        # A score within the rounding of 32 bits of the threshold may fall on either side.
        assert abs(row["errors"] - (within & ~mates & accepted).sum()) <= 1
        if samples > 1:
            [row] = report.rates("FNMR", threshold="near", group_a=race)
            assert row["trials"] == (within & mates).sum()
            assert abs(row["errors"] - (within & mates & ~accepted).sum()) <= 1
    assert report.document["manifest"]["inputs"][0]["rows"] == len(found) * (len(found) - 1) // 2


def test_the_audit_is_that_of_the_same_scores_as_a_matrix(tmp_path):
    """The same figures, bounds and differentials: only where the scores come from differs."""
    found, table = vectors(), subjects(tmp_path)
    np.save(tmp_path / "e.npy", found)
    report = audit(tmp_path / "e.npy", table)
    lengths = np.sqrt(np.square(found.astype(np.float64)).sum(axis=1, keepdims=True))
    unit = (found / lengths).astype(np.float32)
    scores = (unit @ unit.T)[np.triu_indices(PEOPLE, 1)]
    pq.write_table(pa.table({"similarity": scores}), tmp_path / "matrix.parquet")

    matrix = audit(tmp_path / "matrix.parquet", table)

    mine, theirs = report.document, matrix.document
    for step, other in zip(mine["thresholds"], theirs["thresholds"], strict=True):
        assert step["value"] == pytest.approx(other["value"], abs=1e-6)
    assert mine["groups"] == theirs["groups"]
    for row, other in zip(mine["rates"], theirs["rates"], strict=True):
        assert row["errors"] == pytest.approx(other["errors"], abs=1)
        assert row["ci"]["lo"] == pytest.approx(other["ci"]["lo"], rel=1e-2)
    for row, other in zip(mine["differentials"], theirs["differentials"], strict=True):
        assert row["id"] == other["id"]
        assert (row["null_model"] is None) == (other["null_model"] is None)


@pytest.mark.parametrize("samples", [1, 2])
def test_any_number_of_threads_gives_the_same_bytes(tmp_path, samples):
    found, table = vectors(samples), subjects(tmp_path, samples)
    np.save(tmp_path / "e.npy", found)

    reports = [audit(tmp_path / "e.npy", table, engine=Threads(n)).to_bytes() for n in (1, 2, 4)]

    assert len(set(reports)) == 1


def test_a_person_labelled_in_two_ways_is_still_their_own_mate(tmp_path):
    found, table = vectors(2), subjects(tmp_path, 2)
    table.write_text(table.read_text().replace("p031,w,m", "p031,b,m", 1))
    np.save(tmp_path / "e.npy", found)

    report = audit(tmp_path / "e.npy", table)

    [all_men] = [g for g in report.document["groups"] if g["axes"] == {"gender": "m"}]
    assert all_men["mated"] == 200


def test_lists_and_columns_in_parquet_are_the_same_embeddings(tmp_path):
    found, table = vectors(), subjects(tmp_path)
    np.save(tmp_path / "e.npy", found)
    pq.write_table(pa.table({"e": list(found)}), tmp_path / "lists.parquet")
    columns = {f"d{n}": found[:, n] for n in range(DIMENSIONS)}
    pq.write_table(pa.table(columns), tmp_path / "columns.parquet")

    expected = audit(tmp_path / "e.npy", table).document
    for name in ("lists.parquet", "columns.parquet"):
        document = audit(tmp_path / name, table, layout="embeddings").document
        assert {part: document[part] for part in PARTS} == {part: expected[part] for part in PARTS}


def test_embeddings_without_numbers_or_labels_are_counted_and_left_out(tmp_path):
    found, table = vectors(), subjects(tmp_path)
    found[3, 5], found[10] = np.nan, 0
    table.write_text(table.read_text().replace("p020,a,f", "p020,,f"))
    np.save(tmp_path / "e.npy", found)

    report = audit(tmp_path / "e.npy", table)

    checks = {check["message"]: check["count"] for check in report.document["checks"]}
    assert checks["embeddings that hold no numbers or only zeros"] == 2
    assert checks["rows without a group label"] == 397
    [row] = [g for g in report.document["groups"] if g["axes"] == {"gender": "f"}]
    assert row["subjects"] == 200 - 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (np.zeros((399, 8), dtype=np.float32), "399 embeddings, and 400 rows"),
        (np.zeros(400, dtype=np.float32), "a matrix of floats"),
        (np.zeros((400, 8), dtype=np.int64), "a matrix of floats"),
        (np.array([None] * 400, dtype=object), "not a .npy file"),
    ],
)
def test_what_is_no_matrix_of_embeddings_is_refused(tmp_path, content, words):
    np.save(tmp_path / "e.npy", content, allow_pickle=True)

    with pytest.raises(BadInput, match=words):
        audit(tmp_path / "e.npy", subjects(tmp_path))


def test_the_products_leave_the_number_of_threads_as_it_was():
    found = blas._openblas()
    if found is None:
        pytest.skip("numpy has another library here")
    before = found[0]()

    with blas.one_thread(), blas.one_thread():
        assert found[0]() == 1

    assert found[0]() == before
