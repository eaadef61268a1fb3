"""recognition-audit report: show a finished report."""

import argparse
import sys
from pathlib import Path
from typing import Any

from recognition_audit import rendering
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import show
from recognition_audit.report import Report

EXAMPLES = ("recognition-audit report audit.json --html > audit.html",)


def add(commands: Any) -> None:
    parser = shared.command(commands, "report", "show a finished report", run, EXAMPLES)
    parser.add_argument("file", type=Path)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", action="store_true", help="one page with its charts")
    form.add_argument("--md", action="store_true", help="Markdown")


def run(options: argparse.Namespace) -> int:
    report = Report.from_bytes(options.file.read_bytes())
    if options.html:
        sys.stdout.write(rendering.html(report))
    elif options.md:
        sys.stdout.write(rendering.markdown(report))
    else:
        show(report)
    return 0
