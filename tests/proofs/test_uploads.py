"""Files that cannot be used: so many a day for a signature, and nothing by network address."""

import re
from datetime import timedelta

import pytest

from config.embedded import ROOT
from proofs import policy
from proofs.models import Document, Tries
from tests.documents import give_key, photo, upload
from tests.factories import open_petition, opened
from tests.people import ASHA, NOON

METHODS = ["mailbox", "document", "signed_mail"]
# Where a request's network address is read.
BY_NETWORK = re.compile(r"REMOTE_ADDR|FORWARDED.FOR|REAL.IP", re.IGNORECASE)


@pytest.fixture
def petition(team, ben, monkeypatch):
    monkeypatch.setattr(policy, "UPLOADS_REFUSED_PER_DAY", 3)
    give_key(team)
    return open_petition(team, ben, methods=METHODS)


def send(client, way, data):
    fields = {"kind": "badge", "picture": upload(data)} if way == "document" else {}
    files = fields or {"message": upload(data, "notice.eml")}
    return client.post(f"/mine/prove/{way}/", files, follow=True).content.decode()


@pytest.mark.parametrize("way", ["document", "signed_mail"])
def test_who_sends_what_cannot_be_used_is_told_to_come_back_tomorrow(
    client, petition, way, time_machine
):
    opened(client, petition, ASHA)
    for _ in range(3):
        assert "Too many files" not in send(client, way, b"this is neither")
    assert Tries.objects.get().used == 3

    page = send(client, way, photo())

    assert "Too many files could not be used today (3). Try again tomorrow" in page
    assert not Document.objects.exists()
    other = "signed_mail" if way == "document" else "document"
    assert "Too many files" not in send(client, other, b"this is neither")

    time_machine.move_to(NOON + timedelta(days=1))
    opened(client, petition, "b@mail.example")
    assert "Too many files" not in send(client, way, b"this is neither")


def test_another_signature_of_the_same_network_is_not_held_back(client, petition):
    opened(client, petition, ASHA)
    for _ in range(4):
        send(client, "document", b"this is neither")

    opened(client, petition, "b@mail.example")
    send(client, "document", photo())

    assert Document.objects.count() == 1


def test_a_file_that_can_be_used_costs_no_try(client, petition):
    opened(client, petition, ASHA)

    send(client, "document", photo())

    assert Document.objects.count() == 1
    assert not Tries.objects.exists()


def test_no_code_of_ours_reads_a_network_address():
    assert BY_NETWORK.search('request.META["REMOTE_ADDR"]')
    rooms = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    files = [file for room in rooms for file in room.rglob("*.py")]

    assert len(files) > 200
    found = [str(file.relative_to(ROOT)) for file in files if BY_NETWORK.search(file.read_text())]
    assert found == []
