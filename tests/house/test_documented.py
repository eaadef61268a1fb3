"""Documentation that cannot lie: what exists is described, what is described exists."""

import re

import pytest
from django.core.management import call_command, get_commands

from background.mails import MAILS
from config import architecture
from config.embedded import ROOT
from proofs.methods.base import METHODS
from recognition_audit.cli import COMMANDS
from recognition_audit.metrics import METRICS

OURS = {"accounts", "api", "background", "config", "evidence", "pages", "petitions", "privacy",
        "proofs", "register", "signatures", "transparency"}  # fmt: skip


def doc(name):
    return (ROOT / "docs" / name).read_text()


def settings_read():
    readers = r'environment\.(?:flag|number|text|words|secret|key|records)\(\s*"(\w+)"'
    text = (ROOT / "config" / "settings.py").read_text()
    urls = re.findall(r'_url\("(\w+)"', text)
    return sorted({*re.findall(readers, text), *urls})


@pytest.mark.parametrize("name", settings_read())
def test_every_setting_is_documented(name):
    assert f"`{name}`" in doc("settings.md")


@pytest.mark.parametrize("name", sorted(MAILS))
def test_every_mail_is_documented_and_has_its_words(name):
    room, _dot, mail = name.partition(".")
    assert f"`{name}`" in doc("mails.md")
    for part in ("subject", "body"):
        assert (ROOT / "templates" / room / "mail" / f"{mail}_{part}.txt").is_file()


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_is_documented(name):
    assert f"| `{name}` |" in doc("method.md")


@pytest.mark.parametrize("name", [one.__name__.rpartition(".")[2] for one in COMMANDS])
def test_every_command_of_the_audit_is_documented(name):
    assert f"`recognition-audit {name} " in doc("commands.md")


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_proof_method_is_documented(name):
    assert f"`{name}`" in doc("proofs.md")


@pytest.mark.parametrize("name", sorted(n for n, app in get_commands().items() if app in OURS))
def test_every_command_is_documented(name):
    assert f"manage.py {name}" in doc("commands.md")


def test_the_rooms_tell_what_they_registered(capsys):
    call_command("rooms")

    said = capsys.readouterr().out
    for name, where in (
        ("mailbox", "proofs/methods/mailbox.py"),
        ("evidence.audit", "evidence/jobs.py"),
        ("signatures.confirm", "signatures/mail/confirm_body.txt"),
        ("to_moderate", "petitions/desk.py"),
        ("signers.read", "opened a signature"),
    ):
        assert re.search(rf"{re.escape(name)} +{re.escape(where)}", said), name


def test_the_picture_of_the_house_is_the_contract():
    assert doc("architecture.md") == architecture.page()


def test_the_files_that_contributing_names_exist():
    paths = re.findall(r"\| `([^`]+)` \|", (ROOT / "CONTRIBUTING.md").read_text())
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
