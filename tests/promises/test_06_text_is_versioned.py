"""Promise 6: a signature holds its version and consents; a published version never changes."""

import hashlib

import pytest
from django.db import InternalError, transaction

from petitions.actions import drafting
from petitions.actions.drafting import Text
from petitions.errors import PetitionRefused
from petitions.models import Citation, Version
from signatures.models import Signature
from tests.evidence.factories import published_report
from tests.factories import draft_petition, moderator_of, open_petition, sign
from tests.people import ASHA, NOON


def test_the_database_refuses_to_change_a_published_text(team, ben):
    petition = open_petition(team, ben)

    for change in (
        lambda: Version.objects.filter(petition=petition).update(demand="Something else"),
        lambda: Version.objects.filter(petition=petition).delete(),
    ):
        with (
            pytest.raises(InternalError, match="pgtrigger"),
            transaction.atomic(),
        ):
            change()


def test_the_database_refuses_to_change_what_a_published_text_cites(team, ben, eve):
    petition = open_petition(team, ben)
    version = petition.text
    report = published_report(team, eve)

    with pytest.raises(InternalError, match="citations"), transaction.atomic():
        Citation.objects.create(version=version, report=report)


def test_the_digest_covers_the_text_and_the_evidence(team, ben, eve):
    report = published_report(team, eve)
    petition = open_petition(team, ben, text=Text("A title", "A demand", "en", [report.sha256]))
    version = petition.text

    assert report.sha256 in version.canonical_bytes().decode()
    assert version.digest == hashlib.sha256(version.canonical_bytes()).hexdigest()


def test_a_signature_keeps_the_version_it_was_given_for(team, ben):
    petition = open_petition(team, ben)
    sign(petition, ASHA)
    drafting.draft_version(
        petition_id=petition.pk, text=Text("New title", "New demand", "en"), actor=ben, now=NOON
    )
    drafting.publish_version(petition_id=petition.pk, actor=moderator_of(team), now=NOON)

    signature = Signature.objects.get()

    petition.refresh_from_db()
    assert signature.version.number == 1
    assert petition.text.number == 2
    assert "encrypted" in signature.consents["keep"]


def test_a_text_that_changed_under_the_signers_eyes_is_shown_again(client, team, ben):
    petition = open_petition(team, ben)
    path = f"/petitions/{petition.slug}/sign/employee/"
    read = petition.text.digest
    text = Text("New title", "New demand", "en")
    drafting.draft_version(petition_id=petition.pk, text=text, actor=ben, now=NOON)
    drafting.publish_version(petition_id=petition.pk, actor=moderator_of(team), now=NOON)
    petition.refresh_from_db()

    answer = client.post(path, {"address": ASHA, "text": read, "consent": "on"})

    page = answer.content.decode()
    assert Signature.objects.count() == 0
    assert "has changed since you opened this page" in page
    assert petition.text.digest in page
    assert read not in page
    assert "checked" not in page

    client.post(path, {"address": ASHA, "text": petition.text.digest, "consent": "on"})
    assert Signature.objects.get().version == petition.text


def test_only_a_published_report_can_be_cited(team, ben):
    with pytest.raises(PetitionRefused, match="unknown-evidence"):
        draft_petition(team, ben, text=Text("A title", "A demand", "en", ["0" * 64]))
