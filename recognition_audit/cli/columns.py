"""The options that say which column holds what, for every command that reads a table."""

import argparse
from pathlib import Path

from recognition_audit.cli import options as shared
from recognition_audit.readers.columns import read_map


def add(parser: argparse.ArgumentParser) -> None:
    """Add --columns and --column."""
    parser.add_argument(
        "--columns", type=Path, metavar="MAP.toml", help="a file that says which column holds what"
    )
    parser.add_argument(
        "--column", type=shared.pair, action="append", default=[], metavar="ROLE=NAME",
        help="this role is in the column NAME; it goes before the file",
    )  # fmt: skip


def chosen(options: argparse.Namespace) -> dict[str, str]:
    """The map of columns: the file's, and the flags' over it; raises BadInput."""
    by_file = read_map(options.columns) if options.columns else {}
    return by_file | dict(options.column)
