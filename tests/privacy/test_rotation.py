"""Changing keys: everything still opens, and the old key opens nothing any more."""

import secrets
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from privacy.actions import rotation
from privacy.errors import KeyDestroyed, Tampered, WrongKey
from privacy.fields import number_of, reveal, seal
from privacy.keys import SITE, destroy_key, digest_salt, newest_key
from privacy.models import AccessRecord, DataKey
from tests.factories import confirmed, open_petition, sign, signature_of
from tests.people import ASHA, NOON

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def petition(team, ben):
    petition = open_petition(team, ben)
    for number in range(3):
        sign(petition, f"person{number}@mail.example")
    sign(petition, ASHA)
    return petition


def change_wrapping_key(settings):
    old, settings.KEY_ENCRYPTION_KEY = settings.KEY_ENCRYPTION_KEY, secrets.token_bytes(32)
    settings.KEY_ENCRYPTION_KEYS_OLD = [old]


def test_after_rewrapping_the_old_wrapping_key_is_not_needed(petition, settings):
    salt = digest_salt(petition.pk)
    change_wrapping_key(settings)

    call_command("rotate_keys")
    settings.KEY_ENCRYPTION_KEYS_OLD = []

    assert signature_of(petition, ASHA).reveal_address() == ASHA
    assert digest_salt(petition.pk) == salt
    assert AccessRecord.objects.filter(verb="keys.rewrap").exists()


def test_while_the_wrapping_key_changes_both_work(petition, settings):
    change_wrapping_key(settings)

    assert signature_of(petition, ASHA).reveal_address() == ASHA
    sign(petition, "new@mail.example")


def test_without_the_right_key_the_error_says_what_to_set(petition, settings):
    settings.KEY_ENCRYPTION_KEY = secrets.token_bytes(32)

    with pytest.raises(WrongKey, match="KEY_ENCRYPTION_KEYS_OLD"):
        signature_of(petition, ASHA)
    with pytest.raises(CommandError, match="KEY_ENCRYPTION_KEYS_OLD"):
        call_command("rotate_keys")
    assert not DataKey.objects.filter(wrapped=b"").exists()


def test_renewing_seals_every_text_anew_and_drops_the_old_key_an_hour_later(petition):
    _number, old = newest_key(petition.pk)

    first = rotation.renew(scope=petition.pk, now=NOON)
    signature = signature_of(petition, ASHA)

    assert first.texts == 4
    assert first.waits
    assert number_of(signature.address) == 2
    assert signature.reveal_address() == ASHA
    assert not rotation.renew(scope=petition.pk, now=LATER).waits
    assert DataKey.objects.get(scope=petition.pk, number=1).wrapped == b""
    assert newest_key(petition.pk)[1] != old
    assert signature_of(petition, ASHA).reveal_address() == ASHA


def test_a_text_that_a_slow_request_wrote_with_the_old_key_is_not_lost(petition):
    place = {"table": "signatures_signature.address", "scope": petition.pk}
    signature = signature_of(petition, ASHA)
    late = seal("late@mail.example", row=str(signature.pk), **place)
    rotation.renew(scope=petition.pk, now=NOON)
    signature.address = late
    signature.save()

    rotation.renew(scope=petition.pk, now=LATER)

    signature.refresh_from_db()
    assert signature.reveal_address() == "late@mail.example"


def test_the_command_renews_the_site_and_every_petition_but_those_destroyed(petition, team, ben):
    gone = open_petition(team, ben)
    confirmed(gone, ASHA)
    destroy_key(scope=gone.pk, now=NOON)

    call_command("rotate_keys", data=True)

    living = DataKey.objects.filter(destroyed_at=None, number=2)
    assert set(living.values_list("scope", flat=True)) == {SITE, petition.pk}


def test_a_scope_without_a_living_key_is_refused(petition):
    destroy_key(scope=petition.pk, now=NOON)

    with pytest.raises(CommandError, match="No living key"):
        call_command("rotate_keys", data=True, scope=str(petition.pk))
    with pytest.raises(CommandError, match="--scope goes with --data"):
        call_command("rotate_keys", scope=str(petition.pk))


def test_a_destroyed_scope_makes_no_new_key(team, ben):
    petition = open_petition(team, ben)
    destroy_key(scope=petition.pk, now=NOON)

    with pytest.raises(KeyDestroyed):
        seal("text", table="t.f", row="1", scope=petition.pk)
    with pytest.raises(KeyDestroyed):
        digest_salt(petition.pk)


def test_a_number_that_no_key_has_is_tampering(petition):
    with pytest.raises(Tampered, match="has no key 9"):
        reveal(b"\x01\x00\x09" + bytes(40), table="t.f", row="1", scope=petition.pk)
