"""recognition-audit classify: audit predicted labels."""

import argparse
from pathlib import Path
from typing import Any

from recognition_audit.classification import classify
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar, give

EXAMPLES = ("recognition-audit classify predictions.csv --truth labels.csv --attribute gender",)


def add(commands: Any) -> None:
    parser = shared.command(commands, "classify", "audit predicted labels", run, EXAMPLES)
    shared.add_common(parser)
    parser.add_argument("--truth", type=Path, required=True, help="table of true labels and groups")
    parser.add_argument("--attribute", default="gender")


def run(options: argparse.Namespace) -> int:
    with Bar() as bar:
        report = classify(
            options.file,
            truth=options.truth,
            attribute=options.attribute,
            groups=options.groups,
            progress=bar.told,
            **shared.described(options),
        )
    return give(report, options)
