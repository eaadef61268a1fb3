"""A folder of shards, on threads here and on the processes of a Dask cluster: the same bytes."""

import fsspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

from recognition_audit import BadInput
from recognition_audit.cli import main
from recognition_audit.engine import Threads, engine_named
from recognition_audit.readers.shards import Remote
from tests.recognition_audit import test_embeddings as embeddings
from tests.recognition_audit.test_engine_splits import audit, table, without_inputs

SHARDS = 7


@pytest.fixture(autouse=True)
def noon():
    """The clock as it is. A cluster outlives a test, and what it would send a moment later by the
    clock before it would send months later by the clock of a test: then a test waits for ever."""


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shards")
    whole = table()
    each = -(-whole.num_rows // SHARDS)
    for number in range(SHARDS):
        part = whole.slice(number * each, each)
        pq.write_table(part, folder / f"part-{number:02d}.parquet", row_group_size=400)
    return folder


@pytest.fixture(scope="module")
def cluster():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
        as made, Client(made) as client,
    ):  # fmt: skip
        yield client


@pytest.fixture(scope="module")
def expected(shards):
    return audit(shards, engine=Threads(1))


def test_a_folder_of_shards_is_one_table(shards, expected, tmp_path):
    pq.write_table(table(), tmp_path / "whole.parquet")

    assert len(expected.document["manifest"]["inputs"]) == SHARDS
    assert without_inputs(audit(tmp_path / "whole.parquet")) == without_inputs(expected)


def test_processes_of_a_cluster_give_the_same_bytes(shards, expected, cluster):
    engine = engine_named("dask", scheduler=cluster)
    told = []

    report = audit(shards, engine=engine, progress=lambda *done: told.append(done))

    assert report.to_bytes() == expected.to_bytes()
    assert told[-1] == (table().num_rows, table().num_rows)


def test_shards_named_by_a_url_give_the_same_bytes(shards, expected, cluster):
    engine = engine_named("dask", scheduler=cluster)

    for chosen in (Threads(2), engine):
        assert audit(f"file://{shards}", engine=chosen).to_bytes() == expected.to_bytes()


@pytest.mark.parametrize("polarity", ["similarity", "distance"])
def test_all_pairs_of_embeddings_give_the_same_bytes_on_a_cluster(tmp_path, cluster, polarity):
    np.save(tmp_path / "e.npy", embeddings.vectors(samples=2))
    people = embeddings.subjects(tmp_path, samples=2)

    here, there = (
        embeddings.audit(tmp_path / "e.npy", people, polarity, engine=engine)
        for engine in (Threads(2), engine_named("dask", scheduler=cluster))
    )

    assert there.to_bytes() == here.to_bytes()


def test_readers_of_a_file_in_memory_do_not_move_each_others_place():
    fsspec.filesystem("memory").pipe_file("/alone/a.parquet", b"0123456789")
    one, other = (Remote("memory://alone/a.parquet").open() for _ in range(2))

    assert (one.read(4), other.read(4), one.read(2)) == (b"0123", b"0123", b"45")


def test_shards_on_object_storage_are_read_through_fsspec(shards, expected):
    memory = fsspec.filesystem("memory")
    for path in shards.iterdir():
        memory.pipe_file(f"/audit/{path.name}", path.read_bytes())

    assert audit("memory://audit", engine=Threads(3)).to_bytes() == expected.to_bytes()


def test_a_fault_in_a_shard_comes_back_with_its_place(shards, cluster, tmp_path):
    for path in shards.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = pq.read_table(tmp_path / "part-03.parquet").to_pydict()
    rows["subject_b"][410] = None
    pq.write_table(table().from_pydict(rows), tmp_path / "part-03.parquet", row_group_size=400)

    for engine in (Threads(2), engine_named("dask", scheduler=cluster)):
        with pytest.raises(BadInput, match=r"part-03.parquet, row 411, column subject_b"):
            audit(tmp_path, engine=engine)


def test_the_command_line_runs_on_a_scheduler(shards, cluster, capfdbinary):
    asked = [
        "verify", str(shards), "--similarity", "--groups", "race", "--threshold", "0.5", "--json",
    ]  # fmt: skip

    assert main(asked) == 0
    here = capfdbinary.readouterr().out
    assert main([*asked, "--engine", "dask", "--scheduler", cluster.scheduler.address]) == 0

    assert capfdbinary.readouterr().out == here


def test_a_shard_without_a_column_is_refused(shards, tmp_path):
    for path in list(shards.iterdir())[:2]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    pq.write_table(table().drop_columns("mated"), tmp_path / "zz.parquet")

    with pytest.raises(BadInput, match=r"zz.parquet: there is no column mated"):
        audit(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"no file that ends in .parquet"):
        audit(tmp_path)
