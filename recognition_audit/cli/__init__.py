"""The command line: one file a command, each with `add(commands)`."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

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
    """Run a command; 0 when it succeeded, 1 when it could not be, 2 when a limit was broken."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (AuditError, OSError, ValueError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(
            f"recognition-audit: {error}"
        )
        return 1


class Parser(argparse.ArgumentParser):
    """Ends with 1 where the command is misspelt: 2 says that a limit was broken."""

    def error(self, message: str) -> NoReturn:
        self.exit(1, f"{self.prog}: {message}\n{self.prog} --help says what can be written.\n")


def parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    whole = Parser(
        prog="recognition-audit",
        description="Audits of face comparison and analysis for differentials between groups.",
    )
    whole.add_argument("--version", action="version", version=__version__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for command in COMMANDS:
        command.add(commands)
    return whole
