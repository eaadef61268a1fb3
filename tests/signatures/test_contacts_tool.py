"""tools/open_contacts.py in a process of its own, with keys that it made itself."""

import csv
import os
import shutil
import stat
import subprocess
import sys

import pytest

from config.embedded import ROOT
from petitions.actions.contacts import add_key
from signatures.actions import contacts
from tests.factories import open_petition
from tests.people import NOON
from tests.signatures.test_contacts import join

TOOL = ROOT / "tools" / "open_contacts.py"
ADDRESSES = ["=cmd@mail.example", "-x@mail.example", "plain@mail.example", "ünal@mail.example",
             "'q@mail.example", "+x@mail.example"]  # fmt: skip


def run(*words, path=None):
    """path: where it finds programs; it then runs without pyrage."""
    python = [sys.executable, *(["-S"] if path else [])]  # -S: no installed packages
    return subprocess.run(
        [*python, str(TOOL), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | ({"PATH": path} if path else {}),
    )


def make_key(folder, name, **how):
    done = run("--make-key", folder / name, **how)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def saved(team, ben, tmp_path):
    """A downloaded list."""
    petition = open_petition(team, ben, floor=5)
    for name in ("one.txt", "two.txt"):
        recipient = make_key(tmp_path, name)
        add_key(petition_id=petition.pk, recipient=recipient, label=name, actor=ben, now=NOON)
    for address in ADDRESSES[:-1]:
        join(petition, address)
    made = contacts.download(petition_id=petition.pk, actor=ben, now=NOON)
    path = tmp_path / "contacts.jsonl"
    path.write_text("".join(made.lines))
    return path


def opened(saved, key, **how):
    """The rows that it wrote, and what it said."""
    to = saved.parent / f"{key}.csv"
    done = run(saved, "--key", saved.parent / key, "--to", to, **how)
    assert done.returncode == 0, done.stderr
    assert "mail.example" not in done.stdout + done.stderr
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    with to.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file)), done.stderr


def refused(saved, text=None, key="one.txt"):
    """What it says where it refuses; it writes nothing then."""
    if text is not None:
        saved.write_text(text)
    done = run(saved, "--key", saved.parent / key, "--to", saved.parent / "out.csv")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (saved.parent / "out.csv").exists()
    return done.stderr


@pytest.mark.parametrize("key", ["one.txt", "two.txt"])
def test_either_key_writes_a_table_that_no_spreadsheet_runs(saved, key):
    rows, said = opened(saved, key)

    assert rows[0] == ["address", "language"]
    assert sorted(row[0] for row in rows[1:]) == sorted([
        "'=cmd@mail.example", "'-x@mail.example", "plain@mail.example", "ünal@mail.example",
        "'q@mail.example",
    ])  # fmt: skip
    assert {row[1] for row in rows[1:]} == {"en"}
    assert "5 addresses of 2026-11-24 written" in said
    assert "must not be written to" in said


def test_a_key_is_private_and_never_written_over(tmp_path):
    public = make_key(tmp_path, "key.txt")

    assert public.startswith("age1")
    assert stat.S_IMODE((tmp_path / "key.txt").stat().st_mode) == 0o600
    before = (tmp_path / "key.txt").read_text()
    again = run("--make-key", tmp_path / "key.txt")
    assert again.returncode == 2
    assert "Choose another name" in again.stderr
    assert (tmp_path / "key.txt").read_text() == before


def test_a_list_that_is_damaged_is_refused_whole(saved):
    lines = saved.read_text().splitlines(keepends=True)

    assert "cut short" in refused(saved, "".join(lines[:-1]))
    assert "cut short" in refused(saved, "".join(lines[:2] + lines[3:]))
    assert "Line 3" in refused(saved, "".join([*lines[:2], lines[2][:40], "\n", *lines[3:]]))
    assert "no contact list" in refused(saved, "".join(lines[1:]))
    assert "no contact list" in refused(saved, '{"countersign": "contacts", "format": 2}\n')
    for age in ('"%"', "7", "null", '"ü"'):
        text = "".join([lines[0], f'{{"age": {age}}}\n', '{"end": 1}\n'])
        assert "damaged" in refused(saved, text)
    assert "Line 1" in refused(saved, "[]\n")
    assert "cut short" in refused(saved, "")
    saved.write_bytes(b"\xff\xfe")
    assert "it is no text" in refused(saved)


def test_a_key_that_opens_nothing_is_said(saved):
    make_key(saved.parent, "other.txt")
    (saved.parent / "public.txt").write_text("age1public")
    (saved.parent / "cut.txt").write_text("AGE-SECRET-KEY-1QQ\n")

    assert "None of 5 lines opens" in refused(saved, key="other.txt")
    assert "holds no secret key" in refused(saved, key="public.txt")
    assert "incomplete" in refused(saved, key="cut.txt")
    assert "cannot be read" in refused(saved, key="missing.txt")


def test_a_line_to_another_key_is_counted_and_left_out(saved, team, ben):
    from petitions.models import Petition

    petition = Petition.objects.get()
    third = make_key(saved.parent, "three.txt")
    add_key(petition_id=petition.pk, recipient=third, label="three", actor=ben, now=NOON)
    join(petition, "late@mail.example")
    made = contacts.download(petition_id=petition.pk, actor=ben, now=NOON)
    saved.write_text("".join(made.lines))

    rows, said = opened(saved, "three.txt")

    assert [row[0] for row in rows[1:]] == ["late@mail.example"]
    assert "5 lines do not open with this key" in said


def test_without_pyrage_and_age_it_says_what_to_install(tmp_path):
    done = run("--make-key", tmp_path / "key.txt", path=str(tmp_path))

    assert done.returncode == 2
    assert "pip install pyrage" in done.stderr


@pytest.mark.skipif(not shutil.which("age"), reason="the age program is not installed here")
def test_the_age_program_opens_it_too(saved):
    path = os.environ["PATH"]

    assert opened(saved, "one.txt", path=path)[0][0] == ["address", "language"]
    assert make_key(saved.parent, "by-age.txt", path=path).startswith("age1")
