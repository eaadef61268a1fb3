"""One mailbox has one canonical form; two mailboxes never share one."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.addresses import canonical
from privacy.digests import keyed_digest, new_code
from privacy.errors import BadAddress
from tests.factories import open_petition, signature_of
from tests.factories import sign as enter
from tests.people import NOON


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("Asha@Mail.Example", "asha@mail.example"),
        ("  asha@mail.example\n", "asha@mail.example"),
        ("asha+petition@mail.example", "asha@mail.example"),
        ("as.ha@gmail.com", "asha@gmail.com"),
        ("a.sha+x@googlemail.com", "asha@gmail.com"),
        ("as.ha@mail.example", "as.ha@mail.example"),
        ("asha@mail.example".replace("a", "\uff41"), "asha@mail.example"),
        ("asha@bücher.example", "asha@xn--bcher-kva.example"),
        ("asha@XN--BCHER-KVA.example", "asha@xn--bcher-kva.example"),
        ("o'neil@mail.example", "o'neil@mail.example"),
    ],
)
def test_spellings_of_one_mailbox_are_one(typed, form):
    assert canonical(typed) == form


@pytest.mark.parametrize(
    "typed",
    [
        "", "asha", "@mail.example", "asha@", "a@b@mail.example", "asha@localhost",
        "asha@127.0.0.1",
        "as ha@mail.example", ".asha@mail.example", "asha.@mail.example", "as..ha@mail.example",
        "+tag@mail.example", "...@gmail.com", "asha@mail..example", "asha@-mail.example",
        "asha\x00@mail.example", "asha@mail.example\r\nBcc: x", "a" * 65 + "@mail.example",
        "a@" + "b" * 250 + ".example", '"a b"@mail.example', "a<b>@mail.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(BadAddress):
        canonical(typed)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text):
    try:
        form = canonical(text)
    except BadAddress:
        return
    assert form.count("@") == 1
    assert canonical(form) == form


@given(st.from_regex(r"[a-z][a-z0-9]{0,9}(\.[a-z0-9]{1,9}){0,2}", fullmatch=True))
def test_case_and_tag_never_matter(local):
    assert canonical(f"{local.upper()}+any@Mail.Example") == canonical(f"{local}@mail.example")


def test_a_person_who_spells_differently_signs_once(team, ben):
    petition = open_petition(team, ben)

    for typed in ("as.ha@gmail.com", "ASHA+me@googlemail.com"):
        enter(petition, typed, "public")

    assert petition.signatures.count() == 1
    assert signature_of(petition, "asha@gmail.com").received_on == NOON.date()


def test_digests_of_one_address_differ_by_petition_and_purpose(team, ben):
    here, there = open_petition(team, ben).pk, open_petition(team, ben).pk
    digests = {
        keyed_digest("asha@mail.example", scope=scope, purpose=purpose)
        for scope in (here, there)
        for purpose in ("signer", "mailbox")
    }

    assert len(digests) == 4


def test_a_digest_needs_the_pepper(settings, db):
    scope = uuid4()
    before = keyed_digest("a", scope=scope, purpose="signer")

    settings.DIGEST_PEPPER = b"another pepper of thirty-two byte"

    assert keyed_digest("a", scope=scope, purpose="signer") != before


def test_codes_have_their_digits():
    assert {len(new_code(8)) for _ in range(200)} == {8}
    assert all(new_code(8).isdigit() for _ in range(50))
