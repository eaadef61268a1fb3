"""recognition-audit verify: audit 1:1 comparison scores."""

import argparse
from pathlib import Path
from typing import Any

from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar, give
from recognition_audit.thresholds import Threshold
from recognition_audit.verification import verify

EXAMPLES = (
    "recognition-audit verify pairs.csv --distance --threshold 0.6 --json",
    "recognition-audit verify scores.parquet --at-fmr 0.01 --groups skin",
)


def add(commands: Any) -> None:
    parser = shared.command(commands, "verify", "audit comparison scores", run, EXAMPLES)
    shared.add_common(parser)
    parser.add_argument("--layout", choices=["pairs", "matrix"])
    parser.add_argument("--subjects", type=Path, help="table of subjects with their groups")
    parser.add_argument("--failed", type=Path, help="table of faces that were not enrolled")
    parser.add_argument("--at-fmr", type=float, help="fix a threshold at this false match rate")
    parser.add_argument("--threshold", type=float, action="append", default=[])
    parser.add_argument("--origin", default="given", help="where the threshold comes from")
    parser.add_argument(
        "--column", type=shared.pair, action="append", default=[], metavar="ROLE=NAME",
        help="score, mated, subject_a, subject_b, sample_a or sample_b is in this column",
    )  # fmt: skip
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--distance", dest="polarity", action="store_const", const="distance")
    kind.add_argument("--similarity", dest="polarity", action="store_const", const="similarity")


def run(options: argparse.Namespace) -> int:
    steps = [Threshold(f"{value:g}", value, options.origin) for value in options.threshold]
    with Bar() as bar:
        report = verify(
            options.file,
            layout=options.layout,
            subjects=options.subjects,
            failed=options.failed,
            polarity=options.polarity,
            thresholds=steps,
            at_fmr=options.at_fmr,
            groups=options.groups,
            columns=dict(options.column),
            progress=bar.told,
            **shared.described(options),
        )
    return give(report, options)
