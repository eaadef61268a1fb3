"""recognition-audit reproduce: make a report again and compare the bytes."""

import argparse
import sys
from pathlib import Path
from typing import Any

from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar
from recognition_audit.cli.verify import add_engine, engine_of
from recognition_audit.reproduction import reproduce

EXAMPLES = (
    "recognition-audit reproduce report.json pairs.csv subjects.csv",
    "recognition-audit reproduce report.json data/ --workers 1",
)
DIFFERENT = 1


def add(commands: Any) -> None:
    words = "make a report again from its inputs and compare the bytes: 0 same, 1 not"
    parser = shared.command(commands, "reproduce", words, run, EXAMPLES)
    parser.add_argument("made", type=Path, metavar="RUN", help="the report (JSON)")
    parser.add_argument(
        "files", type=Path, nargs="*",
        help="its input files, or folders where they are; by default the folder of the report",
    )  # fmt: skip
    add_engine(parser)


def run(options: argparse.Namespace) -> int:
    path: Path = options.made
    with Bar() as bar:
        outcome = reproduce(
            path.read_bytes(),
            options.files or [path.resolve().parent],
            engine=engine_of(options),
            progress=bar.told,
        )
    if outcome.is_same:
        print(f"The same bytes: {outcome.before}")
        return 0
    print(f"Not the same: {outcome.before} before, {outcome.now} now.", file=sys.stderr)
    for difference in outcome.differences:
        print(f"  {difference}", file=sys.stderr)
    return DIFFERENT
