"""recognition-audit compare: two systems or versions on the same people."""

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar, give
from recognition_audit.cli.verify import add_engine, engine_of
from recognition_audit.errors import BadInput
from recognition_audit.findings import percent
from recognition_audit.pairing import System, compare
from recognition_audit.pairing_predictions import compare_predictions
from recognition_audit.report import Report
from recognition_audit.thresholds import named

EXAMPLES = (
    "recognition-audit compare old.csv new.csv --distance --threshold 0.6",
    "recognition-audit compare a.csv b.csv --polarity-a distance --similarity --at-fmr 0.01",
    "recognition-audit compare a.csv b.csv --distance --at-fmr 0.1 --fail-if 'increase(FMR) > 0'",
    "recognition-audit compare v1.csv v2.csv --truth labels.csv --attribute gender",
)
POLARITIES = ("distance", "similarity")


def add(commands: Any) -> None:
    words = "compare two systems on the same people, paired by subject"
    parser = shared.command(commands, "compare", words, run, EXAMPLES)
    parser.add_argument("a", type=Path, help="scores or predictions of the first system")
    parser.add_argument("b", type=Path, help="the same comparisons or faces by the second")
    parser.add_argument("--name-a", default="A", help="what to call the first")
    parser.add_argument("--name-b", default="B", help="what to call the second")
    parser.add_argument("--groups", type=shared.words, help="axes, as in race,gender")
    parser.add_argument("--subjects", type=Path, help="table of subjects with their groups")
    parser.add_argument("--layout", choices=["pairs", "matrix"])
    parser.add_argument(
        "--threshold", type=shared.score, action="append", default=[], help="for both"
    )
    parser.add_argument(
        "--threshold-a", type=shared.score, action="append", default=[], help="for A"
    )
    parser.add_argument(
        "--threshold-b", type=shared.score, action="append", default=[], help="for B"
    )
    parser.add_argument("--origin", default="given", help="where the thresholds come from")
    parser.add_argument(
        "--at-fmr", type=shared.score, action="append", default=[],
        help="fix a threshold for each system at this false match rate of its own",
    )  # fmt: skip
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--distance", dest="polarity", action="store_const", const="distance")
    kind.add_argument("--similarity", dest="polarity", action="store_const", const="similarity")
    parser.add_argument("--polarity-a", choices=POLARITIES, help="where it differs")
    parser.add_argument("--polarity-b", choices=POLARITIES, help="where it differs")
    parser.add_argument("--truth", type=Path, help="true labels: compare predictions, not scores")
    parser.add_argument("--attribute", default="gender", help="what was predicted")
    parser.add_argument(
        "--column", type=shared.pair, action="append", default=[], metavar="ROLE=NAME",
        help="score, mated, subject_a, … or id, predicted is in this column of both files",
    )  # fmt: skip
    parser.add_argument("--labels", default="", help="who gave the group labels")
    parser.add_argument("--label-limits", default="", help="what the labels cannot say")
    parser.add_argument("--json", action="store_true", help="print the report itself")
    parser.add_argument("--out", type=Path, help="write the report to this file")
    shared.add_limits(parser)
    add_engine(parser)


def run(options: argparse.Namespace) -> int:
    told = {"source": options.labels, "limits": options.label_limits}
    common = {
        "groups": options.groups,
        "columns": dict(options.column),
        "labels": {name: words for name, words in told.items() if words},
    }
    names = (options.name_a, options.name_b)
    if names[0] == names[1]:
        raise BadInput("the two systems have one name: give --name-a and --name-b")
    with Bar() as bar:
        if options.truth:
            report = compare_predictions(
                options.a, options.b, truth=options.truth, names=names,
                attribute=options.attribute, **common,
            )  # fmt: skip
        else:
            report = compare(
                *_systems(options, names), subjects=options.subjects, layout=options.layout,
                engine=engine_of(options), progress=bar.told, **common,
            )  # fmt: skip
    return give(report, options, show)


def _systems(options: argparse.Namespace, names: tuple[str, str]) -> tuple[System, System]:
    made = [
        System(
            path=path,
            name=name,
            polarity=polarity or options.polarity,
            thresholds=tuple(named(options.threshold + own, [options.origin])),
            at_fmr=tuple(options.at_fmr),
        )
        for path, name, polarity, own in zip(
            (options.a, options.b), names, (options.polarity_a, options.polarity_b),
            (options.threshold_a, options.threshold_b), strict=True,
        )
    ]  # fmt: skip
    return made[0], made[1]


def show(report: Report) -> None:
    """The comparison as a person reads it in a terminal."""
    console, document = Console(highlight=False), report.document
    for finding in document["findings"]:
        console.print(f"{escape(finding['text'])}  [dim]{escape(finding['caveat'])}[/dim]\n")
    table = Table(title=f"{escape(document['system']['name'])}: second less first, in points")
    for name in ("metric", "thresholds", "group", "first", "second", "difference", "p adjusted"):
        table.add_column(name)
    for row in document["paired_rates"]:
        if row["value_a"] is None:
            continue
        ci = row["ci"]
        ends = f" ({ci['lo'] * 100:+.2f} to {ci['hi'] * 100:+.2f})" if ci else ""
        p = "" if row["p_adjusted"] is None else f"{row['p_adjusted']:.2g}"
        steps = " / ".join(filter(None, (row["threshold_a"], row["threshold_b"])))
        table.add_row(
            row["metric"], escape(steps), escape(row["group"]), percent(row["value_a"]),
            percent(row["value_b"]), f"{row['difference'] * 100:+.2f}{ends}", p,
        )  # fmt: skip
    console.print(table)
    for row in document["paired_measures"]:
        if row["ci"]:
            console.print(
                f"{row['measure']}({row['metric']}) by {', '.join(row['axes'])}: "
                f"{row['value_a']:.3g} → {row['value_b']:.3g}, {row['ratio']:.3g} times "
                f"({row['ci']['lo']:.3g} to {row['ci']['hi']:.3g})"
            )
    for check in document["checks"]:
        console.print(f"{check['count']:,} {escape(check['message'])}")
    for limit in document["limits"]:
        console.print(f"[dim]{escape(limit)}[/dim]")
    console.print(f"Report {report.sha256}")
