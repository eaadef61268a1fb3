"""recognition-audit report: show a finished report in any of its forms."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recognition_audit import rendering
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import show
from recognition_audit.errors import BadInput
from recognition_audit.files import replace_with
from recognition_audit.report import Report
from recognition_audit.schema import contradictions, refuse_faults

CONTRADICTIONS_TOLD = 5
EXAMPLES = (
    "recognition-audit report audit.json",
    "recognition-audit report audit.json --html --out audit.html",
    "recognition-audit report audit.json --pdf --out audit.pdf",
)
FORMS: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "html": ("one page with its charts; needs nothing else", lambda r: rendering.html(r).encode()),
    "md": ("Markdown", lambda r: rendering.markdown(r).encode()),
    "csv": ("the rates, one row a rate", lambda r: rendering.csv(r).encode()),
    "pdf": ("pages to print; needs the package typst", rendering.pdf),
}


def add(commands: Any) -> None:
    parser = shared.command(commands, "report", "show a finished report", run, EXAMPLES)
    parser.add_argument("file", type=Path, metavar="RUN", help="the report; - reads standard input")
    chosen = parser.add_mutually_exclusive_group()
    for name, (words, _made) in FORMS.items():
        chosen.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=words)
    chosen.add_argument(
        "--json", dest="form", action="store_const", const="json", help="the report, byte for byte"
    )
    parser.add_argument("--out", type=Path, help="write to this file")


def run(options: argparse.Namespace) -> int:
    content = _read(options.file)
    report = _report(content, options.file.name)
    if options.form is None and options.out is None:
        show(report)
        return 0
    if options.form is None:
        raise BadInput("say in which form: --html, --md, --csv, --pdf or --json")
    made = content if options.form == "json" else FORMS[options.form][1](report)
    if options.out:
        replace_with(options.out, made)
    elif options.form == "pdf" and sys.stdout.isatty():
        raise BadInput("a PDF is no text for a terminal; name a file with --out")
    else:
        sys.stdout.buffer.write(made)
    return 0


def _read(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()


def _report(content: bytes, name: str) -> Report:
    try:
        report = Report.from_bytes(content)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is no finished report ({error})", file=name) from error
    refuse_faults(report.document, name)
    for told in contradictions(report.document)[:CONTRADICTIONS_TOLD]:
        print(f"recognition-audit: {name} contradicts itself: {told}", file=sys.stderr)
    return report
