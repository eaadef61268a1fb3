"""recognition-audit verify: audit 1:1 comparison scores."""

import argparse
from typing import Any

from recognition_audit.cli import columns
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar, give
from recognition_audit.engine import engine_named
from recognition_audit.errors import BadInput
from recognition_audit.readers.opening import LAYOUTS
from recognition_audit.thresholds import named
from recognition_audit.verification import verify

EXAMPLES = (
    "recognition-audit verify pairs.csv --distance --threshold 0.6 --json",
    "recognition-audit verify scores.parquet --at-fmr 0.01 --groups skin",
    "recognition-audit verify scores.csv --similarity --threshold 80 --origin 'vendor default'",
    "recognition-audit verify shards/ --similarity --at-fmr 1e-4 --reference 'White · Male'",
    "recognition-audit verify s3://bucket/shards --at-fmr 1e-5 --engine dask --scheduler tcp://HOST",
)


def add(commands: Any) -> None:
    parser = shared.command(commands, "verify", "audit comparison scores", run, EXAMPLES)
    shared.add_common(parser)
    shared.add_contrasts(parser)
    parser.add_argument("--layout", choices=LAYOUTS)
    parser.add_argument("--subjects", help="table of subjects with their groups")
    parser.add_argument("--impostors", help="the impostor scores, for --layout pyeer")
    parser.add_argument("--failed", help="table of faces that were not enrolled")
    parser.add_argument(
        "--at-fmr", type=shared.score, action="append", default=[], metavar="RATE",
        help="fix a threshold at this false match rate, pooled and on --reference; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--threshold", type=shared.score, action="append", default=[],
        help="measure at this score; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--origin", action="append", default=[],
        help="where a threshold comes from, as in 'vendor default': one for all, or one for each",
    )  # fmt: skip
    columns.add(parser)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--distance", dest="polarity", action="store_const", const="distance")
    kind.add_argument("--similarity", dest="polarity", action="store_const", const="similarity")
    add_engine(parser)


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Where the counting runs; it changes no byte of the report."""
    parser.add_argument("--engine", choices=["threads", "dask"], default="threads")
    parser.add_argument("--scheduler", help="address of the Dask scheduler, for --engine dask")
    parser.add_argument("--workers", type=int, help="threads (as many as cores)")


def engine_of(options: argparse.Namespace) -> Any:
    """The engine that the options name; raises BadInput."""
    if options.scheduler and options.engine != "dask":
        raise BadInput("--scheduler is for --engine dask")
    return engine_named(options.engine, scheduler=options.scheduler, workers=options.workers)


def run(options: argparse.Namespace) -> int:
    steps = named(options.threshold, options.origin or ["given"])
    with Bar() as bar:
        report = verify(
            options.file,
            layout=options.layout,
            subjects=options.subjects,
            failed=options.failed,
            impostors=options.impostors,
            polarity=options.polarity,
            thresholds=steps,
            at_fmr=options.at_fmr or None,
            groups=options.groups,
            columns=columns.chosen(options),
            engine=engine_of(options),
            progress=bar.told,
            **shared.asked(options),
            **shared.described(options),
        )
    return give(report, options)
