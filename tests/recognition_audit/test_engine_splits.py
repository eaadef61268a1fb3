"""The same bytes in any split, any order and on any number of threads."""

import functools

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recognition_audit import BadInput, Threshold, verify
from recognition_audit.engine import Threads
from recognition_audit.engine.counting import count_parts

GIVEN = [Threshold("0.5", 0.5, "given"), Threshold("0.7", 0.7, "vendor default")]
ROWS = 6_000


def table(seed=3, rows=ROWS, subjects=240):
    random = np.random.Generator(np.random.PCG64(seed))
    first, second = random.integers(0, subjects, (2, rows))
    mated = random.random(rows) < 0.2
    second[mated] = first[mated]
    scores = random.normal(np.where(mated, 0.75, 0.35), 0.12).astype(np.float32)
    scores[::997] = np.nan
    ids = np.array([f"s{number}" for number in range(subjects)])
    race = np.array(["b", "w", "a"])[np.arange(subjects) % 3]
    gender = np.array(["f", "m"])[np.arange(subjects) % 2]
    columns = {
        "subject_a": ids[first], "subject_b": ids[second], "sample_a": random.integers(0, 9, rows),
        "sample_b": random.integers(0, 9, rows), "similarity": scores, "mated": mated,
        "race_a": race[first], "race_b": race[second],
        "gender_a": gender[first], "gender_b": gender[second],
    }  # fmt: skip
    return pa.table(columns)


def audit(path, **options):
    return verify(
        path,
        thresholds=GIVEN,
        at_fmr=[0.25, 0.3],
        reference="b · f",
        groups=["race", "gender"],
        **options,
    )


class Shuffled:
    """An engine that counts each part by itself and puts them together in another order."""

    def __init__(self, order, of_one):
        self.order, self.of_one = order, of_one

    def count(self, source, plan, _progress):
        parts = list(source.parts())
        self.order.shuffle(parts)
        tasks = [parts[n : n + self.of_one] for n in range(0, len(parts), self.of_one)]
        counts = [count_parts(source, task, plan) for task in tasks]
        while len(counts) > 1:
            first = counts.pop(self.order.randrange(len(counts)))
            counts[self.order.randrange(len(counts))].absorb(first)
        return counts[0].settle()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("splits")


@pytest.fixture(scope="module", autouse=True)
def small_parts():
    patch = pytest.MonkeyPatch()
    patch.setattr("recognition_audit.readers.columnar.ROWS_OF_A_PART", 1)
    yield
    patch.undo()


@functools.cache
def written(folder, rows_of_a_group):
    path = folder / f"{rows_of_a_group}.parquet"
    pq.write_table(table(), path, row_group_size=rows_of_a_group)
    return path


@pytest.fixture(scope="module")
def expected(folder):
    return audit(written(folder, 500), engine=Threads(1))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.randoms(use_true_random=False), of_one=st.integers(1, 5))
def test_any_split_and_order_gives_the_same_bytes(folder, expected, order, of_one):
    report = audit(written(folder, 500), engine=Shuffled(order, of_one))

    assert report.to_bytes() == expected.to_bytes()


@pytest.mark.parametrize("workers", [2, 5])
def test_any_number_of_threads_gives_the_same_bytes(folder, expected, workers):
    report = audit(written(folder, 500), engine=Threads(workers))

    assert report.to_bytes() == expected.to_bytes()


def without_inputs(report):
    document = dict(report.document)
    document["manifest"] = document["manifest"] | {"inputs": []}
    return document


def test_other_row_groups_and_the_other_order_of_rows_change_nothing(folder, expected):
    turned = folder / "turned.parquet"
    pq.write_table(table().take(np.arange(ROWS)[::-1]), turned, row_group_size=411)

    for path in (written(folder, 77), turned):
        assert without_inputs(audit(path)) == without_inputs(expected)


def test_rates_are_the_counts_by_hand(expected):
    rows = table().to_pydict()
    columns = {name: np.array(values) for name, values in rows.items()}
    finite = np.isfinite(columns["similarity"])
    same = columns["subject_a"] == columns["subject_b"]
    good = finite & ~(same & (columns["sample_a"] == columns["sample_b"]))
    scores, mated = columns["similarity"].astype(float), columns["mated"]
    for step in expected.document["thresholds"]:
        within = good & ~mated & (columns["race_a"] == "b") & (columns["race_b"] == "b")
        [row] = expected.rates("FMR", threshold=step["name"], group_a="b", group_b="b")
        accepted = scores >= _exact(step, columns, good, scores, mated)
        assert (row["errors"], row["trials"]) == ((accepted & within).sum(), within.sum())
        people = good & mated & (columns["gender_a"] == "m")
        [row] = expected.rates("FNMR", threshold=step["name"], group_a="m")
        assert (row["errors"], row["trials"]) == ((people & ~accepted).sum(), people.sum())


def _exact(step, columns, good, scores, mated):
    """The threshold without the rounding of the report: the nearest score to it."""
    if not step["tuned"]:
        return step["value"]
    near = scores[good & ~mated]
    return near[np.argmin(np.abs(near - step["value"]))]


def test_a_fixed_rate_is_the_largest_that_is_not_passed(expected):
    columns = {name: np.array(values) for name, values in table().to_pydict().items()}
    scores, mated = columns["similarity"].astype(float), columns["mated"]
    same = columns["subject_a"] == columns["subject_b"]
    good = np.isfinite(scores) & ~mated & ~(same & (columns["sample_a"] == columns["sample_b"]))
    group_a = np.char.add(columns["race_a"], columns["gender_a"])
    group_b = np.char.add(columns["race_b"], columns["gender_b"])
    sets = {
        "": good & (group_a == group_b),
        " of b · f": good & (group_a == "bf") & (group_b == "bf"),
    }
    for name, chosen in sets.items():
        for rate in (0.25, 0.3):
            [step] = [
                s for s in expected.document["thresholds"] if s["name"] == f"FMR {rate}{name}"
            ]
            impostors = np.sort(scores[chosen])[::-1]
            wanted = int(rate * len(impostors))
            assert step["tuned"]
            assert step["value"] == pytest.approx(impostors[wanted - 1], rel=1e-9)


def test_the_first_fault_in_the_file_is_told_whichever_thread_finds_one(folder):
    rows = table().to_pydict()
    for bad in (5_900, 3_100):
        rows["subject_a"][bad] = None
    path = folder / "bad.parquet"
    pq.write_table(pa.table(rows), path, row_group_size=500)

    for engine in (Threads(1), Threads(4)):
        with pytest.raises(BadInput, match="row 3101, column subject_a"):
            audit(path, engine=engine)


def test_progress_is_told_on_the_thread_that_asks_and_can_stop_the_audit(folder):
    told = []

    def stop(done, total):
        told.append((done, total))
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(written(folder, 500), engine=Threads(3), progress=stop)

    assert len(told) == 3
    assert {total for _done, total in told} == {ROWS}
