"""recognition-audit classify: audit predicted labels."""

import argparse
from pathlib import Path
from typing import Any

from recognition_audit.classification import classify
from recognition_audit.cli import columns
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar, give

EXAMPLES = (
    "recognition-audit classify predictions.csv --truth labels.csv --attribute gender",
    "recognition-audit classify answers.csv --column truth=sex --attribute sex --groups race",
)


def add(commands: Any) -> None:
    parser = shared.command(commands, "classify", "audit predicted labels", run, EXAMPLES)
    shared.add_common(parser)
    shared.add_contrasts(parser)
    columns.add(parser)
    parser.add_argument("--truth", type=Path, help="table of true labels and groups, by id")
    parser.add_argument("--attribute", default="gender", help="what is predicted")
    parser.add_argument(
        "--confidence-zero-is-missing", action="store_true",
        help="a face_confidence of 0 says that no face was found: count it as not processed",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    with Bar() as bar:
        report = classify(
            options.file,
            truth=options.truth,
            attribute=options.attribute,
            groups=options.groups,
            columns=columns.chosen(options),
            confidence_zero_is_missing=options.confidence_zero_is_missing,
            progress=bar.told,
            **shared.asked(options),
            **shared.described(options),
        )
    return give(report, options)
