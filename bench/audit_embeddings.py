"""All pairs of embeddings of 512: the audit's counting beside the bare matrix product."""

import json
import sys
import time
from pathlib import Path

import numpy as np

from bench.audit_tools import peak_mb
from recognition_audit.engine import Plan, Threads
from recognition_audit.readers.embeddings import ROWS_OF_A_BLOCK, Embeddings

FOLDER = Path("var/bench")
DIMENSIONS, GROUPS = 512, 8


def rate_of_the_product() -> float:
    """Multiplications and additions a second of numpy's sgemm, on all cores; the best of some."""
    random = np.random.Generator(np.random.PCG64(1))
    size = 2 * ROWS_OF_A_BLOCK
    first, second = random.normal(size=(2, size, DIMENSIONS)).astype(np.float32)
    result, best = np.empty((size, size), dtype=np.float32), float("inf")
    for _time in range(5):
        start = time.perf_counter()
        np.matmul(first, second.T, out=result)
        best = min(best, time.perf_counter() - start)
    return 2 * size * size * DIMENSIONS / best


def main(people: int) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    random = np.random.Generator(np.random.PCG64(2))
    path, table = FOLDER / f"embeddings-{people}.npy", FOLDER / f"people-{people}.csv"
    np.save(path, random.normal(size=(people, DIMENSIONS)).astype(np.float32))
    lines = [f"p{number},group {number % GROUPS}" for number in range(people)]
    table.write_text("\n".join(["subject,group", *lines]) + "\n")
    source = Embeddings(path, subjects=table, polarity="similarity", axes=["group"])
    before = rate_of_the_product()
    start = time.perf_counter()
    plan = Plan((0.2,), histograms=True, pairs="across", first=True)
    count = Threads().count(source, plan, None)
    took = time.perf_counter() - start
    rate = max(before, rate_of_the_product())
    pairs = people * (people - 1) // 2
    reached = 2 * pairs * DIMENSIONS / took
    peak = peak_mb()
    assert count.rows == pairs
    print(
        json.dumps({
            "people": people, "pairs": pairs, "seconds": round(took, 2),
            "sgemm_gflops": round(rate / 1e9, 1), "reached_gflops": round(reached / 1e9, 1),
            "share": round(reached / rate, 3), "peak_mb": round(peak),
        })
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
