"""One tool on one file, in a process of its own: `python -m bench.audit_tools TOOL FILE`.

Prints one line of JSON: seconds (the best of some runs), peak memory and what was found. The
arrays are in memory before the clock starts, except for ours, duckdb and polars, which read.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.audit_data import arrays

THRESHOLD, RATE, BINS = 0.45, 1e-4, 1 << 16
Found = dict[str, float]


def ours(path: Path) -> Callable[[], Found]:
    from recognition_audit import Threshold, verify

    def run() -> Found:
        step = Threshold("given", THRESHOLD, "given")
        report = verify(path, polarity="similarity", thresholds=[step], at_fmr=RATE)
        last = report.rates("FMR", threshold="given")[7]
        eer = report.document["summaries"][-2]["value"]
        return {"fmr of group 7": last["value"], "eer of group 7": eer,
                "threshold": report.document["thresholds"][1]["value"]}  # fmt: skip

    return run


def numpy_one_pass(path: Path) -> Callable[[], Found]:
    score, group, mated = arrays(path)

    def run() -> Found:
        places = (group.astype(np.int32) * 2 + mated) << 16
        places += (score * np.float32(BINS - 1)).astype(np.int32)
        counts = np.bincount(places, minlength=16 * BINS).reshape(8, 2, BINS)
        above = counts[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        fmr, fnmr = above[:, 0] / above[:, 0, :1], 1 - above[:, 1] / above[:, 1, :1]
        pooled = above[:, 0].sum(axis=0)
        cut = int(np.searchsorted(-pooled, -RATE * pooled[0]))
        crossing = np.abs(fmr - fnmr).argmin(axis=1)
        at = int(THRESHOLD * (BINS - 1)) + 1
        return {"fmr of group 7": fmr[7, at], "eer of group 7": fmr[7, crossing[7]],
                "threshold": cut / (BINS - 1)}  # fmt: skip

    return run


def duckdb(path: Path) -> Callable[[], Found]:
    import duckdb as peer

    rates = f"""select group_a, avg((similarity >= {THRESHOLD})::int) filter (not mated) fmr,
        avg((similarity < {THRESHOLD})::int) filter (mated) from '{path}' group by 1 order by 1"""
    cut = f"select quantile_disc(similarity, 1 - {RATE}) from '{path}' where not mated"
    bins = f"""select group_a, mated, (similarity * {BINS - 1})::int, count(*) from '{path}'
        group by all order by all"""

    def run() -> Found:
        fmr = peer.execute(rates).fetchall()[7][1]
        threshold = peer.execute(cut).fetchall()[0][0]
        found = peer.execute(bins).fetchnumpy()
        group, mated, place, number = found.values()
        counts = np.zeros((8, 2, BINS))
        code = np.char.replace(group.astype(str), "group ", "").astype(int)
        counts[code, mated.astype(int), place] = number
        above = counts[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        rate, miss = above[:, 0] / above[:, 0, :1], 1 - above[:, 1] / above[:, 1, :1]
        eer = rate[7, np.abs(rate - miss).argmin(axis=1)[7]]
        return {"fmr of group 7": fmr, "threshold": threshold, "eer of group 7": eer}

    return run


def polars(path: Path) -> Callable[[], Found]:
    import polars as pl

    def run() -> Found:
        frame = pl.scan_parquet(path)
        score, mated = pl.col("similarity"), pl.col("mated")
        wrong = (score >= THRESHOLD) != mated
        rates = frame.group_by("group_a", "mated").agg(wrong.mean()).collect()
        fmr = rates.filter(~mated, pl.col("group_a").cast(str) == "group 7")["similarity"][0]
        impostors = frame.filter(~mated)
        threshold = impostors.select(score.quantile(1 - RATE)).collect().item()
        place = (score * (BINS - 1)).cast(pl.Int32).alias("place")
        bins = frame.group_by("group_a", "mated", place).len().sort("place").collect()
        last = bins.filter(pl.col("group_a").cast(str) == "group 7")
        counts = np.zeros((2, BINS))
        places = last["mated"].to_numpy().astype(int), last["place"].to_numpy()
        counts[places] = last["len"].to_numpy()
        above = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
        rate, miss = above[0] / above[0, 0], 1 - above[1] / above[1, 0]
        eer = rate[np.abs(rate - miss).argmin()]
        return {"fmr of group 7": fmr, "threshold": threshold, "eer of group 7": eer}

    return run


def bob_measure(path: Path) -> Callable[[], Found]:
    from bob import measure as peer

    score, group, mated = arrays(path)
    score = score.astype(np.float64)

    def run() -> Found:
        impostors, genuine = score[~mated], score[mated]
        threshold = peer.far_threshold(impostors, genuine, RATE)
        peer.eer(impostors, genuine)
        for number in range(8):
            chosen = group == number
            some, others = score[chosen & ~mated], score[chosen & mated]
            fmr, _fnmr = peer.farfrr(some, others, THRESHOLD)
            eer = peer.eer(some, others)
        return {"fmr of group 7": fmr, "threshold": threshold, "eer of group 7": eer}

    return run


def scikit_learn(path: Path) -> Callable[[], Found]:
    from sklearn.metrics import roc_curve

    score, group, mated = arrays(path)

    def run() -> Found:
        fmr, tmr, cuts = roc_curve(mated, score)
        threshold = cuts[np.searchsorted(fmr, RATE, side="right") - 1]
        for number in range(8):
            chosen = group == number
            fmr, tmr, cuts = roc_curve(mated[chosen], score[chosen])
            eer = fmr[np.abs(fmr - (1 - tmr)).argmin()]
            at = fmr[np.searchsorted(-cuts, -THRESHOLD, side="right") - 1]
        return {"fmr of group 7": at, "threshold": threshold, "eer of group 7": eer}

    return run


def fairlearn(path: Path) -> Callable[[], Found]:
    from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate

    score, group, mated = arrays(path)

    def run() -> Found:
        frame = MetricFrame(
            metrics={"FMR": false_positive_rate, "FNMR": false_negative_rate},
            y_true=mated, y_pred=score >= THRESHOLD, sensitive_features=group,
        )  # fmt: skip
        return {"fmr of group 7": frame.by_group["FMR"][7]}

    return run


def pyeer(path: Path) -> Callable[[], Found]:
    from pyeer.eer_info import get_eer_stats

    score, group, mated = arrays(path)

    def run() -> Found:
        # One group only: all of them would take minutes.
        last = group == 7
        found = get_eer_stats(score[last & mated], score[last & ~mated])
        return {"eer of group 7": found.eer}

    return run


# What each does of: rates of every group at a threshold, a threshold at a fixed rate, and the
# equal error rate pooled and of every group.
TOOLS: dict[str, Callable[[Path], Callable[[], Found]]] = {
    "ours": ours, "numpy one pass": numpy_one_pass, "duckdb": duckdb, "polars": polars,
    "bob.measure": bob_measure, "scikit-learn": scikit_learn, "fairlearn": fairlearn,
    "pyeer": pyeer,
}  # fmt: skip
SLOW = {"bob.measure", "scikit-learn", "fairlearn", "pyeer"}


def peak_mb() -> float:
    """The most memory this process ever held; getrusage would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure(name: str, path: Path) -> dict[str, Any]:
    run = TOOLS[name](path)
    best, cpu, peak, found = float("inf"), 0.0, 0.0, {}
    for _time in range(1 if name in SLOW or path.is_dir() else 5):
        start, used = time.perf_counter(), time.process_time()
        found = run()
        took = time.perf_counter() - start
        # Of the first run: what a process that audits once takes.
        peak = peak or peak_mb()
        if took < best:
            best, cpu = took, time.process_time() - used
    told = {key: round(float(value), 6) for key, value in found.items()}
    return {"seconds": best, "cpu": cpu, "peak_mb": peak, "found": told}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
