"""The audit beside its peers, on the same data in one run: seconds, memory and ratios.

python -m bench.audit [--rows N] [--shards N] [--embeddings N] [--peers PYTHON] [--only TOOL,…]
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import audit_data
from bench.audit_tools import TOOLS

FOLDER = Path("var/bench")
OURS = {"ours", "numpy one pass"}
TIMEOUT_SECONDS = 900


def run(tool: str, path: Path, python: str) -> dict[str, Any] | str:
    """What a tool took on a file; why not, where it did not run."""
    told = subprocess.run(
        [python, "-m", "bench.audit_tools", tool, str(path)],
        capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    if told.returncode:
        return (told.stderr.strip().splitlines() or ["it ended without a word"])[-1][:100]
    return json.loads(told.stdout.strip().splitlines()[-1])


def side_by_side(rows: int, peers: str, only: list[str]) -> None:
    """Every tool on the same file."""
    path = audit_data.write(FOLDER, rows)
    print(f"{rows:,} scores, {audit_data.GROUPS} groups, {path.stat().st_size / 1e6:.0f} MB")
    print(f"{'':16}{'seconds':>9}{'cpu':>8}{'peak MB':>9}{'× numpy':>9}{'× ours':>8}")
    base: dict[str, float] = {}
    for tool in ["numpy one pass", "ours", *(tool for tool in TOOLS if tool not in OURS)]:
        if only and tool not in only:
            continue
        found = run(tool, path, sys.executable if tool in OURS else peers)
        if isinstance(found, str):
            print(f"{tool:16} not measured: {found}")
            continue
        seconds = base[tool] = found["seconds"]
        ratios = [
            f"{seconds / base[of]:.2f}" if of in base else "" for of in ("numpy one pass", "ours")
        ]
        print(
            f"{tool:16}{seconds:9.3f}{found['cpu']:8.2f}{found['peak_mb']:9.0f}"
            f"{ratios[0]:>9}{ratios[1]:>8}  {found['found']}"
        )


def ours_alone(path: Path, rows: int, what: str) -> None:
    found = run("ours", path, sys.executable)
    if isinstance(found, str):
        print(f"{what}: not measured: {found}")
        return
    print(
        f"{what}: {found['seconds']:.2f} s ({found['cpu']:.2f} s cpu), "
        f"{found['seconds'] / rows * 1e9:.1f} ns a score, peak {found['peak_mb']:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--shards", type=int, default=0, help="scores in shards of 10 M")
    parser.add_argument("--people", type=int, default=0, help="scores with subject ids")
    parser.add_argument("--embeddings", type=int, default=0, help="rows of 512, all pairs")
    parser.add_argument("--peers", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    side_by_side(options.rows, options.peers, [name for name in options.only.split(",") if name])
    if options.people:
        path = audit_data.write(FOLDER, options.people, with_people=True)
        ours_alone(path, options.people, f"{options.people:,} scores with subject ids")
    if options.shards:
        shards = audit_data.write_shards(FOLDER, options.shards)
        ours_alone(shards, options.shards, f"{options.shards:,} scores in shards")
    if options.embeddings:
        command = [sys.executable, "-m", "bench.audit_embeddings", str(options.embeddings)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
