"""Keys of the contact list: who adds and ends them, who is told, and what they never do."""

import pyrage
import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from accounts.models import Role
from background.actions.outbox import compose
from background.models import OutboxMail
from petitions.actions import contacts, lifecycle
from petitions.errors import PetitionRefused
from petitions.models import ContactKey
from petitions.policy import CONTACT_KEYS_MAX
from privacy.models import AccessRecord
from tests.factories import draft_petition, open_petition
from tests.parallel import at_once
from tests.people import NOON, member


def new_identity():
    return pyrage.x25519.Identity.generate()


def add(petition, actor, identity=None, label="Ben’s laptop"):
    recipient = str((identity or new_identity()).to_public())
    return contacts.add_key(
        petition_id=petition.pk, recipient=recipient, label=label, actor=actor, now=NOON
    )


def refusal(call, **given):
    with pytest.raises(PetitionRefused) as refused:
        call(now=NOON, **given)
    return refused.value.code


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben)


@pytest.fixture
def oona(team):
    return member("oona", team, Role.OWNER)


def page_of(petition):
    return reverse("signatures:contact-keys", args=[petition.pk])


def end_of(petition, key_id):
    return reverse("signatures:contact-key-end", args=[petition.pk, key_id])


def test_one_key_is_no_key_yet(petition, ben):
    assert add(petition, ben).in_effect == 0
    assert ContactKey.objects.recipients(petition.pk) == []
    assert add(petition, ben).in_effect == 2
    assert len(ContactKey.objects.recipients(petition.pk)) == 2


def test_keys_in_effect_stay_enough(petition, ben):
    keys = [add(petition, ben).key_id for _ in range(3)]

    assert contacts.end_key(key_id=keys[0], actor=ben, now=NOON).in_effect == 2
    assert refusal(contacts.end_key, key_id=keys[1], actor=ben) == "too-few-keys"
    assert refusal(contacts.end_key, key_id=keys[0], actor=ben) == "key-ended"
    assert len(ContactKey.objects.recipients(petition.pk)) == 2


def test_a_single_key_can_end_before_it_had_an_effect(petition, ben):
    key = add(petition, ben)

    assert contacts.end_key(key_id=key.key_id, actor=ben, now=NOON).in_effect == 0


def test_two_owners_who_end_at_once_leave_enough(transactional_db, petition, ben):
    keys = [add(petition, ben).key_id for _ in range(4)]

    done = at_once(4, lambda n: contacts.end_key(key_id=keys[n], actor=ben, now=NOON))

    assert sum(isinstance(one, PetitionRefused) for one in done) == 2
    assert len(ContactKey.objects.recipients(petition.pk)) == 2


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("", "not-a-key"),
        ("age1", "not-a-key"),
        ("age1" + "q" * 58, "not-a-key"),
        ("ssh-ed25519 AAAA", "not-a-key"),
        ("\x00", "not-a-key"),
        ("AGE-SECRET-KEY-1QQ", "secret-key"),
        ("age-secret-key-1qq", "secret-key"),
    ],
)
def test_what_is_no_public_key_is_refused(petition, ben, recipient, code):
    given = {"petition_id": petition.pk, "label": "x", "actor": ben}

    assert refusal(contacts.add_key, recipient=recipient, **given) == code
    assert not ContactKey.objects.exists()


def test_a_key_is_entered_once_and_has_a_label(petition, ben):
    identity = new_identity()
    given = {"petition_id": petition.pk, "recipient": str(identity.to_public()), "actor": ben}

    for label in ("", "  ", "x" * 61):
        assert refusal(contacts.add_key, label=label, **given) == "no-label"
    key = add(petition, ben, identity)
    contacts.end_key(key_id=key.key_id, actor=ben, now=NOON)
    assert refusal(contacts.add_key, label="x", **given) == "key-known"


def test_there_are_so_many_keys_and_no_more(petition, ben):
    for _ in range(CONTACT_KEYS_MAX):
        add(petition, ben)
    given = {"petition_id": petition.pk, "recipient": str(new_identity().to_public())}

    assert refusal(contacts.add_key, label="x", actor=ben, **given) == "too-many-keys"


def test_keys_come_before_or_while_it_is_open(team, petition, ben):
    add(draft_petition(team, ben), ben)
    key = add(petition, ben)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    given = {"petition_id": petition.pk, "recipient": str(new_identity().to_public())}

    assert refusal(contacts.add_key, label="x", actor=ben, **given) == "wrong-state"
    assert refusal(contacts.end_key, key_id=key.key_id, actor=ben) == "wrong-state"


@pytest.mark.parametrize("change", [{"recipient": "age1other"}, {"label": "x"}])
def test_a_key_never_changes_in_place(petition, ben, change):
    key = add(petition, ben)

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ContactKey.objects.filter(pk=key.key_id).update(**change)


def test_every_change_is_written_down_and_told_to_every_owner(petition, ben, oona, eve):
    OutboxMail.objects.all().delete()
    first = add(petition, ben)
    contacts.end_key(key_id=first.key_id, actor=oona, now=NOON)

    rows = AccessRecord.objects.for_scope(petition.pk).filter(verb__startswith="contacts.")
    assert set(rows.values_list("verb", "actor_id")) == {
        ("contacts.key-added", ben.pk),
        ("contacts.key-ended", oona.pk),
    }
    recipient = ContactKey.objects.get().recipient
    assert {row.detail["recipient"] for row in rows} == {recipient}
    mails = [compose(mail) for mail in OutboxMail.objects.filter(kind="accounts.notice")]
    assert sorted(mail.to[0] for mail in mails) == sorted([ben.email, oona.email] * 2)
    assert all(recipient in mail.body and petition.title in mail.body for mail in mails)
    assert sorted(mail.body.partition(" the contact")[0] for mail in mails) == sorted(
        ["Ben added a key to", "Oona ended a key of"] * 2
    )


@pytest.mark.parametrize("who", ["mo", "eve", "ravi", "ada", "cleo"])
def test_others_than_owners_find_nothing(client, petition, ben, who, request):
    key = add(petition, ben)
    person = request.getfixturevalue(who)
    client.force_login(person)
    keys, end = page_of(petition), end_of(petition, key.key_id)
    download = reverse("signatures:contact-download", args=[petition.pk])

    assert client.get(keys).status_code == 404
    assert client.post(keys, {"recipient": "age1", "label": "x"}).status_code == 404
    assert client.get(end).status_code == client.post(end).status_code == 404
    assert client.post(download).status_code == 404
    given = {"recipient": str(new_identity().to_public()), "label": "x"}
    assert refusal(contacts.add_key, petition_id=petition.pk, actor=person, **given) == "no-right"
    assert refusal(contacts.end_key, key_id=key.key_id, actor=person) == "no-right"
    assert ContactKey.objects.active().count() == 1


def test_a_key_of_another_petition_is_not_ended_here(client, team, petition, ben, cleo):
    theirs = open_petition(cleo.teams.get(), cleo)
    key = add(theirs, cleo)
    client.force_login(ben)

    assert client.post(end_of(petition, key.key_id)).status_code == 404
    assert client.post(end_of(theirs, key.key_id)).status_code == 404
    assert ContactKey.objects.active().count() == 1


def test_an_owner_adds_and_ends_keys_on_the_desk(client, petition, ben):
    client.force_login(ben)
    change = client.get(reverse("admin:petitions_petition_change", args=[petition.pk]))
    assert page_of(petition) in change.content.decode()
    given = [str(new_identity().to_public()) for _ in range(3)]

    for recipient in given:
        answer = client.post(page_of(petition), {"recipient": recipient, "label": "Safe"})
        assert answer.status_code == 302
    text = client.get(page_of(petition)).content.decode()
    assert all(recipient in text for recipient in given)

    key = ContactKey.objects.first()
    assert "End this key?" in client.get(end_of(petition, key.pk)).content.decode()
    assert ContactKey.objects.active().count() == 3
    client.post(end_of(petition, key.pk))
    assert ContactKey.objects.active().count() == 2
    assert client.get(end_of(petition, key.pk)).status_code == 404
    refused = client.post(end_of(petition, ContactKey.objects.last().pk))
    assert "At least 2 keys must stay" in refused.content.decode()


def test_a_wrong_key_is_said_beside_the_field(client, petition, ben):
    client.force_login(ben)

    text = client.post(page_of(petition), {"recipient": "age1x", "label": "Safe"}).content.decode()

    assert "This is not a public key of age" in text
    for size in (10, 101):
        answer = client.post(page_of(petition), {"recipient": "a" * size, "label": "L" * 61})
        assert answer.status_code == 200
    assert not ContactKey.objects.exists()
