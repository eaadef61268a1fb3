"""The command line: one file a command, each with `add(commands)`."""

import argparse
from collections.abc import Sequence

from rich.console import Console

from recognition_audit import __version__
from recognition_audit.cli import (
    check,
    classify,
    collect,
    compare,
    counts,
    evidence,
    identify,
    report,
    reproduce,
    verify,
)
from recognition_audit.errors import AuditError

# In the order in which --help lists them.
COMMANDS = (
    check,
    collect,
    verify,
    identify,
    classify,
    counts,
    compare,
    evidence,
    report,
    reproduce,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it succeeded, 1 when the input could not be audited."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (AuditError, OSError, ValueError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(
            f"recognition-audit: {error}"
        )
        return 1


def parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    whole = argparse.ArgumentParser(
        prog="recognition-audit",
        description="Audits of face comparison and analysis for differentials between groups.",
    )
    whole.add_argument("--version", action="version", version=__version__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for command in COMMANDS:
        command.add(commands)
    return whole
