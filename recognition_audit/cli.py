"""The command line: recognition-audit verify | classify | report."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from recognition_audit import __version__, rendering
from recognition_audit.classification import classify
from recognition_audit.errors import AuditError
from recognition_audit.findings import percent
from recognition_audit.report import Report
from recognition_audit.thresholds import Threshold
from recognition_audit.verification import verify

EXAMPLES = {
    "verify": (
        "recognition-audit verify pairs.csv --distance --threshold 0.6 --json",
        "recognition-audit verify scores.parquet --at-fmr 0.01 --groups skin",
    ),
    "classify": (
        "recognition-audit classify predictions.csv --truth labels.csv --attribute gender",
    ),
    "report": ("recognition-audit report audit.json --html > audit.html",),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it succeeded, 1 when the input could not be audited."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (AuditError, OSError, ValueError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"recognition-audit: {error}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="recognition-audit",
        description="Audits of face comparison and analysis for differentials between groups.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _verify_options(_command(commands, "verify", "audit comparison scores", _verify))
    _classify_options(_command(commands, "classify", "audit predicted labels", _classify))
    shown = _command(commands, "report", "show a finished report", _report)
    shown.add_argument("file", type=Path)
    form = shown.add_mutually_exclusive_group()
    form.add_argument("--html", action="store_true", help="one page with its charts")
    form.add_argument("--md", action="store_true", help="Markdown")
    return parser


def _command(commands: Any, name: str, words: str, run: Callable[..., int]) -> Any:
    example = "example:\n  " + "\n  ".join(EXAMPLES[name])
    parser = commands.add_parser(
        name,
        help=words,
        description=words,
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV, TSV, JSON lines or Parquet")
    parser.add_argument("--groups", type=_words, help="axes of the groups, as in race,gender")
    parser.add_argument("--system", default="", help="the system tested, with its version")
    parser.add_argument("--vendor", default="", help="who makes it")
    parser.add_argument("--labels", default="", help="who gave the group labels")
    parser.add_argument("--label-limits", default="", help="what the labels cannot say")
    parser.add_argument("--licence", default="", help="licence of the data")
    parser.add_argument("--citation", default="", help="where the data come from")
    parser.add_argument("--json", action="store_true", help="print the report itself")
    parser.add_argument("--out", type=Path, help="write the report to this file")


def _verify_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser)
    parser.add_argument("--layout", choices=["pairs", "matrix"])
    parser.add_argument("--subjects", type=Path, help="table of subjects with their groups")
    parser.add_argument("--failed", type=Path, help="table of faces that were not enrolled")
    parser.add_argument("--at-fmr", type=float, help="fix a threshold at this false match rate")
    parser.add_argument("--threshold", type=float, action="append", default=[])
    parser.add_argument("--origin", default="given", help="where the threshold comes from")
    parser.add_argument(
        "--column", type=_pair, action="append", default=[], metavar="ROLE=NAME",
        help="score, mated, subject_a, subject_b, sample_a or sample_b is in this column",
    )  # fmt: skip
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--distance", dest="polarity", action="store_const", const="distance")
    kind.add_argument("--similarity", dest="polarity", action="store_const", const="similarity")


def _classify_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser)
    parser.add_argument("--truth", type=Path, required=True, help="table of true labels and groups")
    parser.add_argument("--attribute", default="gender")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _pair(text: str) -> tuple[str, str]:
    role, equals, name = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not ROLE=NAME")
    return role, name


def _described(options: argparse.Namespace) -> dict[str, dict[str, str]]:
    """What the report says of system, labels and source; what was not given is left out."""
    told = {
        "system": {"name": options.system, "vendor": options.vendor},
        "labels": {"source": options.labels, "limits": options.label_limits},
        "source": {"licence": options.licence, "citation": options.citation},
    }
    return {name: {k: v for k, v in words.items() if v} for name, words in told.items()}


def _verify(options: argparse.Namespace) -> int:
    steps = [Threshold(f"{value:g}", value, options.origin) for value in options.threshold]
    with _progress() as progress:
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
            progress=progress.told,
            **_described(options),
        )
    return _give(report, options)


def _classify(options: argparse.Namespace) -> int:
    with _progress() as progress:
        report = classify(
            options.file,
            truth=options.truth,
            attribute=options.attribute,
            groups=options.groups,
            progress=progress.told,
            **_described(options),
        )
    return _give(report, options)


def _report(options: argparse.Namespace) -> int:
    report = Report.from_bytes(options.file.read_bytes())
    if options.html:
        sys.stdout.write(rendering.html(report))
    elif options.md:
        sys.stdout.write(rendering.markdown(report))
    else:
        _print(report)
    return 0


def _give(report: Report, options: argparse.Namespace) -> int:
    if options.out:
        options.out.write_bytes(report.to_bytes())
    if options.json:
        sys.stdout.buffer.write(report.to_bytes())
    else:
        _print(report)
    return 0


def _print(report: Report) -> None:
    """The report as a person reads it in a terminal."""
    console = Console(highlight=False)
    document = report.document
    for finding in document["findings"]:
        console.print(f"{finding['text']}  [dim]{finding['caveat']}[/dim]\n")
    table = Table(title="Rates")
    for name in ("metric", "threshold", "group", "errors", "of", "rate", "95 % interval", ""):
        table.add_column(name, justify="right" if name in ("errors", "of", "rate") else "left")
    for row in document["rates"]:
        if row["value"] is None:
            continue
        group = row["group_a"]
        if row["group_b"] not in (None, group):
            group += f" / {row['group_b']}"
        low, high = percent(row["ci"]["lo"]), percent(row["ci"]["hi"])
        table.add_row(
            row["metric"], row["threshold"] or "", group, f"{row['errors']:,}",
            f"{row['trials']:,}", percent(row["value"]), f"{low} – {high}",
            "" if row["adequacy"] == "enough" else row["adequacy"],
        )  # fmt: skip
    console.print(table)
    for check in document["checks"]:
        console.print(f"{check['count']:,} {check['message']}")
    for limit in document["limits"]:
        console.print(f"[dim]{limit}[/dim]")
    console.print(f"Report {report.sha256}")


class _progress:  # noqa: N801 - used as a function
    """A bar on standard error; it stays away from pipes."""

    def __enter__(self) -> "_progress":
        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("Reading", total=None)
        if sys.stderr.isatty():
            self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def told(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total or None)
