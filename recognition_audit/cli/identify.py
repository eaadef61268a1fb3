"""recognition-audit identify: audit 1:N searches."""

import argparse
from pathlib import Path
from typing import Any

from recognition_audit.cli import columns
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar, give
from recognition_audit.identification import identify
from recognition_audit.thresholds import Threshold

DRAWN = "recognition-audit identify distances.parquet --subjects subjects.csv --threshold 0.6"
EXAMPLES = (
    "recognition-audit identify searches.csv --threshold 80 --origin 'vendor default'",
    f"{DRAWN} --sizes 100,500",
)


def add(commands: Any) -> None:
    parser = shared.command(commands, "identify", "audit searches of one among many", run, EXAMPLES)
    shared.add_common(parser)
    shared.add_contrasts(parser)
    columns.add(parser)
    parser.add_argument("--layout", choices=["searches", "matrix", "embeddings"])
    parser.add_argument("--subjects", type=Path, help="table of people with their groups")
    parser.add_argument("--threshold", type=shared.score, action="append", default=[])
    parser.add_argument("--origin", default="given", help="where the threshold comes from")
    parser.add_argument(
        "--rank", type=int, action="append", default=[],
        help="a person is found when among the first RANK (1 if not given)",
    )  # fmt: skip
    parser.add_argument("--gallery", type=int, help="how many people, where no column says so")
    drawing = parser.add_argument_group("galleries drawn from all pairs of some people")
    drawing.add_argument("--sizes", type=whole_numbers, help="how many people, as in 100,500")
    drawing.add_argument("--draws", type=int, help="how many galleries to draw (100)")
    drawing.add_argument(
        "--project", action="store_true",
        help="add what 1:1 rates predict, marked as a projection",
    )  # fmt: skip
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--distance", dest="polarity", action="store_const", const="distance")
    kind.add_argument("--similarity", dest="polarity", action="store_const", const="similarity")


def whole_numbers(text: str) -> list[int]:
    """Whole numbers above nothing, with commas between them."""
    try:
        found = [int(word) for word in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a list of whole numbers, as in 100,500")
    return found


def run(options: argparse.Namespace) -> int:
    steps = [Threshold(f"{value:g}", value, options.origin) for value in options.threshold]
    with Bar() as bar:
        report = identify(
            options.file,
            layout=options.layout,
            subjects=options.subjects,
            thresholds=steps,
            ranks=options.rank or (1,),
            gallery=options.gallery,
            sizes=options.sizes,
            draws=options.draws,
            project=options.project,
            polarity=options.polarity,
            groups=options.groups,
            columns=columns.chosen(options),
            progress=bar.told,
            **shared.asked(options),
            **shared.described(options),
        )
    return give(report, options)
