"""Promise 8: listing, searching and reading signatures writes a record that nobody can edit."""

import pytest
from django.db import InternalError, connection, transaction
from django.urls import reverse

from privacy.models import AccessRecord
from signatures.models import Signature
from tests.database import EMPTYING
from tests.documents import PASSPHRASE, give_key, sent
from tests.factories import confirmed, open_petition
from tests.people import ASHA


@pytest.fixture
def petition(team, ben):
    petition = open_petition(team, ben)
    confirmed(petition, ASHA)
    return petition


def verbs(petition):
    return list(
        AccessRecord.objects.for_scope(petition.pk)
        .filter(verb__startswith="signers.")
        .values_list("verb", flat=True)
    )


def test_listing_searching_and_reading_are_written_down(client, petition, ravi):
    client.force_login(ravi)
    listing = reverse("admin:signatures_signature_changelist")
    signature = Signature.objects.get()

    client.get(listing)
    client.get(listing, {"q": str(signature.pk)})
    client.get(reverse("admin:signatures_signature_change", args=[signature.pk]))

    assert sorted(verbs(petition)) == ["signers.list", "signers.read", "signers.search"]
    assert set(
        AccessRecord.objects.filter(verb="signers.read").values_list("actor_id", flat=True)
    ) == {ravi.pk}


def test_listing_documents_and_looking_at_one_are_written_down(client, team, petition, ravi):
    give_key(team)
    claim = sent(petition, "b@mail.example")
    client.force_login(ravi)

    client.get(reverse("signatures:review-list"))
    client.post(reverse("signatures:review-document", args=[claim.pk]), {"passphrase": PASSPHRASE})

    assert sorted(verbs(petition)) == ["signers.document", "signers.documents"]


def test_no_page_of_the_desk_shows_an_address(client, petition, ravi):
    client.force_login(ravi)
    signature = Signature.objects.get()

    for path in (
        reverse("admin:signatures_signature_changelist"),
        reverse("admin:signatures_signature_change", args=[signature.pk]),
    ):
        assert "asha" not in client.get(path).content.decode().lower()


def test_those_without_the_right_see_no_signature(client, petition, mo, cleo):
    for person in (mo, cleo):
        client.force_login(person)
        page = client.get(reverse("admin:signatures_signature_changelist"))
        assert str(Signature.objects.get().pk)[:8] not in page.content.decode()


def test_organisers_see_who_looked(client, petition, ravi, ben):
    client.force_login(ravi)
    client.get(reverse("admin:signatures_signature_changelist"))

    client.force_login(ben)
    page = client.get(reverse("admin:privacy_accessrecord_changelist")).content.decode()

    assert "signers.list" in page


@pytest.mark.parametrize("act", ["update", "delete", "truncate"])
def test_the_database_refuses_to_edit_the_record(petition, act):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"{EMPTYING}%"])
        (name,) = cursor.fetchone()
    records = AccessRecord.objects.all()
    acts = {
        "update": lambda _cursor: records.update(verb="nothing"),
        "delete": lambda _cursor: records.delete(),
        "truncate": lambda cursor: cursor.execute("TRUNCATE privacy_accessrecord"),
    }

    def guarded():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE privacy_accessrecord ENABLE TRIGGER "{name}"')
            acts[act](cursor)

    with pytest.raises(InternalError, match="pgtrigger"):
        guarded()

    assert AccessRecord.objects.exists()
