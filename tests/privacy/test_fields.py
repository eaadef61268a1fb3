"""Encrypted columns: bound to their table, row and scope; gone with their key."""

from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.errors import KeyDestroyed, Tampered
from privacy.fields import reveal, seal
from privacy.keys import destroy_key, digest_salt, newest_key, remembering
from privacy.models import DataKey
from signatures.models import Signature
from tests.factories import open_petition, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON

SCOPE = UUID("11111111-1111-4111-8111-111111111111")
PLACE = {"table": "t.f", "row": "1", "scope": SCOPE}


@given(text=st.text(max_size=500))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_comes_back_as_it_was(db, text):
    assert reveal(seal(text, **PLACE), **PLACE) == text


def test_two_sealings_of_one_text_differ(db):
    assert seal(ASHA, **PLACE) != seal(ASHA, **PLACE)


@pytest.mark.parametrize("moved", [{"table": "t.g"}, {"row": "2"}, {"scope": uuid4()}])
def test_a_ciphertext_moved_elsewhere_does_not_open(db, moved):
    blob = seal(ASHA, **PLACE)

    with pytest.raises(Tampered):
        reveal(blob, **PLACE | moved)


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_a_changed_byte_is_noticed(db, place):
    blob = bytearray(seal(ASHA, **PLACE))
    blob[place] ^= 1

    with pytest.raises(Tampered):
        reveal(bytes(blob), **PLACE)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01\x00\x01short", b"\x02" + bytes(40)])
def test_what_was_never_sealed_is_refused(db, blob):
    with pytest.raises(Tampered):
        reveal(blob, **PLACE)


def test_the_address_of_one_signer_does_not_open_in_the_row_of_another(team, ben):
    petition = open_petition(team, ben)
    sign(petition, ASHA)
    sign(petition, "ravi@mail.example")
    asha, ravi = signature_of(petition, ASHA), signature_of(petition, "ravi@mail.example")

    ravi.address = asha.address

    with pytest.raises(Tampered):
        ravi.reveal_address()


def test_the_column_holds_no_trace_of_the_address(team, ben):
    petition = open_petition(team, ben)
    sign(petition, ASHA)

    blob = bytes(Signature.objects.get().address)

    assert b"asha" not in blob
    assert signature_of(petition, ASHA).reveal_address() == ASHA


def test_destroying_a_petitions_key_erases_its_addresses_and_no_others(team, ben):
    here, there = open_petition(team, ben), open_petition(team, ben)
    sign(here, ASHA)
    sign(there, ASHA)

    destroy_key(scope=here.pk, now=NOON)

    with pytest.raises(KeyDestroyed):
        Signature.objects.get(petition=here).reveal_address()
    with pytest.raises(KeyDestroyed):
        digest_salt(here.pk)
    assert signature_of(there, ASHA).reveal_address() == ASHA
    assert bytes(DataKey.objects.get(scope=here.pk).wrapped) == b""


def test_keys_differ_by_scope_and_stay_the_same(db):
    other = uuid4()

    assert newest_key(SCOPE) == newest_key(SCOPE) != newest_key(other)
    assert len(newest_key(other)[1]) == 32


def test_the_table_of_keys_opens_nothing_without_the_key_of_the_environment(db):
    _number, key = newest_key(SCOPE)

    assert key not in bytes(DataKey.objects.get(scope=SCOPE).wrapped)


@pytest.mark.django_db(transaction=True)
def test_first_uses_at_once_agree_on_one_key():
    keys = at_once(20, lambda _place: newest_key(SCOPE))

    assert len(set(keys)) == 1
    assert DataKey.objects.count() == 1


def test_a_key_is_remembered_for_the_lines_of_a_page_and_no_longer(db, django_assert_num_queries):
    blobs = [seal(f"text {number}", **PLACE) for number in range(5)]

    with remembering(), django_assert_num_queries(1):
        assert [reveal(blob, **PLACE) for blob in blobs] == [f"text {n}" for n in range(5)]

    destroy_key(scope=SCOPE, now=NOON)
    with remembering(), pytest.raises(KeyDestroyed):
        reveal(blobs[0], **PLACE)
