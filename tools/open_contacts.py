#!/usr/bin/env python3
"""Open a contact list of Countersign on your own machine. docs/contacts.md tells it step by step.

    open_contacts.py --make-key my-key.txt
    open_contacts.py contacts.jsonl --key my-key.txt --to addresses.csv

Needs Python 3.9 or newer, and either the program `age` or the Python package `pyrage`. It sends
nothing anywhere, and prints no address: only how many there are.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import pyrage
except ImportError:
    pyrage = None

FORMAT = 1
# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NotOpened(Exception):
    """This key does not open this line."""


def main() -> None:
    asked = arguments()
    if asked.make_key:
        make_key(asked.make_key)
        return
    opened, closed, day = 0, 0, ""
    rows: list[list[str]] = []
    key = Key(asked.key)
    for line in lines_of(asked.list):
        day = line.get("day", day)
        if "age" not in line:
            continue
        try:
            held = key.open(line)
        except NotOpened:
            closed += 1
            continue
        opened += 1
        rows.append([safe(held["address"]), safe(held["language"])])
    if not opened and closed:
        fail(f"None of {closed} lines opens with this key. Was it added after they signed?")
    write(asked.to, sorted(rows))
    say(f"{opened} addresses of {day} written to {asked.to}.")
    if closed:
        say(f"{closed} lines do not open with this key; they were encrypted to others only.")
    say("Who took the signature back since then must not be written to: use no old list.")
    say("Delete both files once the mail is sent.")


def arguments() -> argparse.Namespace:
    words = (__doc__ or "").split("\n\n")
    parser = argparse.ArgumentParser(description=words[0], epilog=words[-1])
    parser.add_argument("list", nargs="?", type=Path, help="the file that you downloaded")
    parser.add_argument("--key", type=Path, help="the file with your secret key")
    parser.add_argument("--to", type=Path, help="the CSV file to write; it must not exist yet")
    parser.add_argument("--make-key", type=Path, metavar="FILE", help="make a key, and stop")
    asked = parser.parse_args()
    if not asked.make_key and not (asked.list and asked.key and asked.to):
        parser.error("give the list, --key and --to; or --make-key alone")
    if not pyrage and not shutil.which("age"):
        fail("Install age (age-encryption.org), or run: pip install pyrage")
    return asked


def make_key(path: Path) -> None:
    """Write a new secret key, and say the public one."""
    if pyrage:
        identity = pyrage.x25519.Identity.generate()
        secret, public = str(identity), str(identity.to_public())
    else:
        made = subprocess.run(["age-keygen"], check=True, capture_output=True, text=True)
        secret = made.stdout.strip().splitlines()[-1]
        shown = subprocess.run(
            ["age-keygen", "-y"],
            input=made.stdout,
            check=True,
            capture_output=True,
            text=True,
        )
        public = shown.stdout.strip()
    with new_file(path) as file:
        file.write(f"# public key: {public}\n{secret}\n")
    say(f"The secret key lies in {path}. Keep a copy on paper; show it to nobody.")
    say("Enter this public key on the petition's page of the contact list:")
    sys.stdout.write(f"{public}\n")


class Key:
    """A secret key in a file, and what opens with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = read(path)
        secrets = [line.strip() for line in text.splitlines() if line.startswith("AGE-SECRET-KEY")]
        if not secrets:
            fail(f"{path} holds no secret key. It has a line that begins with AGE-SECRET-KEY-.")
        self.identities: list[Any] | None = None
        if pyrage:
            try:
                self.identities = [pyrage.x25519.Identity.from_str(secret) for secret in secrets]
            except pyrage.IdentityError:
                fail(f"The secret key in {path} is incomplete. Copy the whole line.")

    def open(self, line: dict[str, Any]) -> dict[str, str]:
        try:
            sealed = base64.b64decode(line["age"], validate=True)
            held = json.loads(self.decrypt(sealed))
            return {"address": str(held["address"]), "language": str(held["language"])}
        except (binascii.Error, KeyError, TypeError, ValueError):
            fail("A line of the list is damaged. Download the list again.")

    def decrypt(self, sealed: bytes) -> bytes:
        if self.identities is not None:
            try:
                return bytes(pyrage.decrypt(sealed, self.identities))
            except pyrage.DecryptError:
                raise NotOpened from None
        command = ["age", "--decrypt", "--identity", str(self.path)]
        done = subprocess.run(command, input=sealed, capture_output=True, check=False)
        if done.returncode:
            raise NotOpened
        return done.stdout


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of the list; refuses a file that is none, or that was cut short."""
    number, end = 0, None
    for place, text in enumerate(read(path).splitlines(), start=1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            fail(f"Line {place} of {path} cannot be read. Download the list again.")
        if place == 1 and (line.get("countersign") != "contacts" or line.get("format") != FORMAT):
            fail(f"{path} is no contact list that this tool knows.")
        number += "age" in line
        end = line.get("end", end)
        yield line
    if end != number:
        fail(f"{path} is cut short. Download the list again.")


def safe(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA) else cell


def write(path: Path, rows: list[list[str]]) -> None:
    with new_file(path) as file:
        csv.writer(file).writerows([["address", "language"], *rows])


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}.")


def new_file(path: Path) -> Any:
    """A file that only its owner can read; never over one that is there."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}. Choose another name.")
    return os.fdopen(number, "w", encoding="utf-8", newline="")


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def fail(words: str) -> NoReturn:
    say(words)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
