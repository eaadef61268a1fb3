"""recognition-audit counts: audit published tables of counts or rates."""

import argparse
from typing import Any

from recognition_audit.cli import columns, recover_option
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import give
from recognition_audit.counting import count
from recognition_audit.errors import BadInput

EXAMPLES = (
    "recognition-audit counts published.csv --metric FPIR --groups race",
    "recognition-audit counts annex.csv --layout rates --percent",
)


def add(commands: Any) -> None:
    parser = shared.command(commands, "counts", "audit a published table", run, EXAMPLES)
    shared.add_common(parser)
    shared.add_contrasts(parser)
    columns.add(parser)
    parser.add_argument("--layout", choices=["counts", "rates"])
    parser.add_argument("--metric", help="what the errors are, where no column says so (error)")
    recover_option.add(parser)
    parser.add_argument("--percent", action="store_true", help="the rates are percentages")


def run(options: argparse.Namespace) -> int:
    if options.recover:
        if options.fail_if or options.out:
            raise BadInput("--recover makes no report: leave --out and --fail-if out")
        return recover_option.run(options)
    report = count(
        options.file,
        layout=options.layout,
        metric=options.metric,
        percent_values=options.percent,
        groups=options.groups,
        columns=columns.chosen(options),
        **shared.asked(options),
        **shared.described(options),
    )
    return give(report, options)
