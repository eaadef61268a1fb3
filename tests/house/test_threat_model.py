"""The threat model names a test in each row, and each adversary has its rows."""

import re
from functools import cache

import pytest

from config.embedded import ROOT

ADVERSARIES = ["mail system", "mail scanner", "network at work", "insider", "hostile reviewer",
               "keeps the host", "thief of the database", "court", "colleague", "other signers",
               "statistician", "finds a link"]  # fmt: skip
TEXT = (ROOT / "docs" / "threat-model.md").read_text()
ROWS = [
    line for line in TEXT.splitlines() if line.startswith("| ") and "| what remains |" not in line
]


@cache
def all_tests():
    return "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


def named(row):
    """Files and functions of tests: files by their whole path or their name alone."""
    words = re.findall(r"[\w/.]*test_\w+(?:\.py)?", row)
    files = [word for word in words if word.endswith(".py")]
    return files, [word for word in words if not word.endswith(".py")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:40])
def test_each_row_names_tests_that_exist(row):
    files, functions = named(row)

    assert files or functions, "name the test that shows what holds it"
    for file in files:
        found = [ROOT / file] if "/" in file else list((ROOT / "tests").rglob(file))
        assert [path for path in found if path.is_file()], file
    for function in functions:
        assert re.search(rf"^def {function}\(", all_tests(), re.MULTILINE), function


@pytest.mark.parametrize("who", ADVERSARIES)
def test_each_adversary_has_rows(who):
    sections = TEXT.split("\n## ")[1:]
    mine = [section for section in sections if who in section.splitlines()[0]]

    assert len(mine) == 1
    assert set(mine[0].splitlines()) & set(ROWS)


def test_no_row_was_lost():
    assert len(ROWS) >= 44
