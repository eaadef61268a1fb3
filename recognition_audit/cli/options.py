"""What several commands share: options, and how their words become values."""

import argparse
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from recognition_audit.clauses import parse
from recognition_audit.errors import BadInput


def command(
    commands: Any, name: str, words: str, run: Callable[..., int], examples: Sequence[str]
) -> argparse.ArgumentParser:
    """Add a command whose --help ends in examples that work."""
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=words,
        description=words,
        epilog="example:\n  " + "\n  ".join(examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    return made


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options of every command that makes a report."""
    parser.add_argument("file", type=Path, help="CSV, TSV, JSON lines or Parquet")
    parser.add_argument("--groups", type=words, help="axes of the groups, as in race,gender")
    parser.add_argument("--system", default="", help="the system tested, with its version")
    parser.add_argument("--vendor", default="", help="who makes it")
    parser.add_argument("--labels", default="", help="who gave the group labels")
    parser.add_argument("--label-limits", default="", help="what the labels cannot say")
    parser.add_argument("--licence", default="", help="licence of the data")
    parser.add_argument("--citation", default="", help="where the data come from")
    parser.add_argument("--json", action="store_true", help="print the report itself")
    parser.add_argument("--out", type=Path, help="write the report to this file")
    add_limits(parser)


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Limits that a contract sets, judged when the report is made."""
    parser.add_argument(
        "--fail-if", action=ClauseAction, default=[], metavar="LIMIT",
        help='exit with 2 when this holds, as in "max_over_gm(FMR) > 3"; may be given again',
    )  # fmt: skip


class ClauseAction(argparse.Action):
    """Reads a limit at once: an audit of an hour should not end in a spelling mistake."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:  # type: ignore[no-untyped-def]
        try:
            clause = parse(values)
        except BadInput as error:
            parser.exit(1, f"recognition-audit: {option_string}: {error}\n")
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), clause])


def add_contrasts(parser: argparse.ArgumentParser) -> None:
    """What was asked before looking at the data, and the seed of every random number."""
    parser.add_argument(
        "--contrast", type=contrast, action="append", default=[], metavar="'A / B'",
        help='compare these two groups, named beforehand, as in "Black · Female / White · Male"',
    )  # fmt: skip
    parser.add_argument("--reference", help="compare every group with this one")
    parser.add_argument("--seed", type=seed, help="seed of the resampling (20200610)")


def asked(options: argparse.Namespace) -> dict[str, Any]:
    """The options of `add_contrasts` as an audit takes them."""
    return {"contrasts": options.contrast, "reference": options.reference, "seed": options.seed}


def contrast(text: str) -> tuple[str, str]:
    """A / B, with blanks around the stroke: a group's own name may hold one."""
    first, stroke, second = (part.strip() for part in text.partition(" / "))
    if not (first and stroke and second) or first == second:
        raise argparse.ArgumentTypeError(f"{text} is not A / B, two groups")
    return first, second


def described(options: argparse.Namespace) -> dict[str, Any]:
    """What the report says of system, labels and source; what was not given is left out."""
    told = {
        "system": {"name": options.system, "vendor": options.vendor},
        "labels": {"source": options.labels, "limits": options.label_limits},
        "source": {"licence": options.licence, "citation": options.citation},
    }
    return {name: {k: v for k, v in of.items() if v} for name, of in told.items()}


def words(text: str) -> list[str]:
    """Words with commas between them, each once."""
    found = [word.strip() for word in text.split(",") if word.strip()]
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text} names one twice")
    return found


def seed(text: str) -> int:
    """A whole number from 0 on."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return value


def score(text: str) -> float:
    """A number that a score can be."""
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text} is no score")
    return value


def pair(text: str) -> tuple[str, str]:
    """ROLE=NAME."""
    role, equals, name = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not ROLE=NAME")
    return role, name
