"""Made scores for the bench: 8 groups with different means, one in ten comparisons mated."""

from pathlib import Path
from typing import Any

import numpy as np

GROUPS = 8
MATED_SHARE = 0.1
ROWS_OF_A_SHARD = 10_000_000
ROW_GROUP = 1 << 20
PEOPLE = 20_000


def scores(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Similarities, group codes and whether mated; each of shape (rows,)."""
    random = np.random.Generator(np.random.PCG64(seed))
    mated = random.random(rows) < MATED_SHARE
    group = random.integers(0, GROUPS, rows).astype(np.int8)
    found = random.normal(np.where(mated, 0.75, 0.30), np.where(mated, 0.09, 0.07))
    return (found + group * 0.005).clip(0, 1).astype(np.float32), group, mated


def table(rows: int, seed: int, *, with_people: bool = False) -> Any:
    """As a file of pairs, both people of one group; with the ids of subjects or without."""
    import pyarrow as pa  # bob wants an older numpy than pyarrow: peers go without it

    found, group, mated = scores(rows, seed)
    names = pa.array([f"group {number}" for number in range(GROUPS)])
    labels = pa.DictionaryArray.from_arrays(pa.array(group), names)
    columns = {"similarity": found, "mated": mated, "group_a": labels, "group_b": labels}
    if with_people:
        random = np.random.Generator(np.random.PCG64(seed + 1))
        # A person is of the group that their number leaves over.
        ids = pa.array([f"p{number}" for number in range(PEOPLE)])
        first, second = (
            random.integers(0, PEOPLE // GROUPS, rows) * GROUPS + group for _side in range(2)
        )
        second = np.where(mated, first, second)
        columns |= {
            f"subject_{side}": pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), ids)
            for side, codes in (("a", first), ("b", second))
        }
    return pa.table(columns)


def write(folder: Path, rows: int, *, with_people: bool = False) -> Path:
    """One file of so many rows, and its arrays beside it; made once."""
    import pyarrow.parquet as pq

    path = folder / f"{'people' if with_people else 'scores'}-{rows}.parquet"
    if not path.exists():
        made = table(rows, 1, with_people=with_people)
        pq.write_table(made, path, row_group_size=ROW_GROUP)
        if not with_people:
            names = ("score", "group", "mated")
            np.savez(path.with_suffix(".npz"), **dict(zip(names, scores(rows), strict=True)))
    return path


def write_shards(folder: Path, rows: int) -> Path:
    """A folder of shards of 10 M rows, each with scores of its own; made once."""
    import pyarrow.parquet as pq

    shards = folder / f"shards-{rows}"
    shards.mkdir(exist_ok=True)
    for number in range(rows // ROWS_OF_A_SHARD):
        path = shards / f"{number:04d}.parquet"
        if not path.exists():
            partial = path.with_suffix(".partial")
            made = table(ROWS_OF_A_SHARD, 100 + number)
            pq.write_table(made, partial, row_group_size=ROW_GROUP)
            partial.rename(path)
    return shards


def arrays(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, group codes and whether mated, in memory."""
    with np.load(path.with_suffix(".npz")) as found:
        return found["score"], found["group"], found["mated"]
