"""The contact list: after confirming, only the organisers' keys open an address."""

import base64
import json

import pyrage
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Role
from background.actions.outbox import compose
from background.models import OutboxMail
from privacy import keys as server_keys
from privacy.addresses import canonical
from privacy.models import AccessRecord
from privacy.retention import AFTER_CLOSING, Reach
from signatures import mails, visits
from signatures.actions import (
    confirming,
    contacts,
    erasing,
    noticing,
    returning,
    signing,
    unsubscribing,
    withdrawing,
)
from signatures.consents import CONSENTS, CONTACT, KEEP, KEEP_FINGERPRINT
from signatures.errors import SignatureRefused
from signatures.models import CountEvent, Signature
from signatures.policy import CONTACT_BLOCK_BYTES
from tests import dumps
from tests.factories import confirm_link, open_petition, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON, member
from tests.petitions.test_contact_keys import add, new_identity

WORDS = {KEEP: str(KEEP_FINGERPRINT)}
AGREES = WORDS | {CONTACT: str(CONSENTS[CONTACT])}


@pytest.fixture
def identities():
    return [new_identity(), new_identity()]


@pytest.fixture
def petition(team, ben, identities):
    petition = open_petition(team, ben, floor=5)
    for identity in identities:
        add(petition, ben, identity)
    OutboxMail.objects.all().delete()
    return petition


def enter(petition, address, consents=AGREES, relation="public"):
    signing.sign(
        petition_id=petition.pk,
        relation=relation,
        address=address,
        text_digest=petition.text.digest,
        language="en",
        consents=consents,
        now=NOON,
    )


def join(petition, address, consents=AGREES, relation="public"):
    """Sign and confirm; returns the visit's token."""
    enter(petition, address, consents, relation)
    token = confirm_link(petition, canonical(address))
    return confirming.confirm(token=token, now=NOON).token


def read(signature, identity):
    return json.loads(pyrage.decrypt(bytes(signature.contact), [identity]))


def crowd(petition, number):
    return [join(petition, f"s{place}@mail.example") for place in range(number)]


def downloaded(petition, actor):
    made = contacts.download(petition_id=petition.pk, actor=actor, now=NOON)
    return [json.loads(line) for line in made.lines]


def addresses(lines, identity):
    return sorted(
        json.loads(pyrage.decrypt(base64.b64decode(line["age"]), [identity]))["address"]
        for line in lines
        if "age" in line
    )


# Confirming ---------------------------------------------------------------------------------------


def test_each_key_alone_opens_it_and_no_other(petition, identities):
    join(petition, ASHA)
    signature = signature_of(petition, ASHA)

    for identity in identities:
        assert read(signature, identity) == {"address": ASHA, "language": "en"}
    with pytest.raises(pyrage.DecryptError):
        read(signature, new_identity())


def test_after_confirming_no_key_of_the_server_opens_the_address(transactional_db, petition):
    join(petition, "Planted.Signer@mail.example", relation="employee")
    OutboxMail.objects.all().delete()  # as it is once the mail is sent
    signature = Signature.objects.get()

    assert bytes(signature.address) == b""
    assert signature.reveal_address() == ""
    secrets = ["planted.signer", "Planted.Signer@mail.example"]
    assert dumps.leaks(secrets, iter([("the dump", dumps.dump())])) == []
    for scope in (petition.pk, server_keys.SITE):
        assert server_keys.newest_key(scope)[1] not in bytes(signature.contact)


@pytest.mark.parametrize("consents", [AGREES, WORDS])
def test_without_the_tick_nothing_is_kept_for_organisers(petition, consents):
    join(petition, ASHA, consents)
    signature = signature_of(petition, ASHA)

    assert signature.consents == consents
    assert bool(signature.contact) is (CONTACT in consents)
    assert bytes(signature.address) == b""


def test_before_confirming_the_organisers_hold_nothing(petition):
    enter(petition, ASHA)
    signature = signature_of(petition, ASHA)

    assert bytes(signature.contact) == b""
    assert signature.reveal_address() == ASHA


def test_without_keys_nothing_changes(team, ben):
    petition = open_petition(team, ben)
    add(petition, ben)  # one alone is none yet
    join(petition, ASHA)
    signature = signature_of(petition, ASHA)

    assert (bytes(signature.contact), signature.reveal_address()) == (b"", ASHA)


@pytest.mark.parametrize("relation", ["employee", "public"])
def test_a_length_tells_no_address(petition, identities, relation):
    for address in ("a@b.example", f"{'l' * 64}@{'long.' * 30}mail.example", "ü@müller.example"):
        join(petition, address, relation=relation)

    held = [bytes(row.contact) for row in Signature.objects.all()]
    # After the header, to which age adds a random stanza of random length.
    assert len({len(one.partition(b"\n---")[2].partition(b"\n")[2]) for one in held}) == 1
    plain = {len(pyrage.decrypt(one, [identities[0]])) for one in held}
    assert plain == {CONTACT_BLOCK_BYTES}


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "de"]))
def test_padding_keeps_what_it_pads(address, language):
    held = {"address": address, "language": language}
    plain = contacts.padded(held)

    assert json.loads(plain) == held
    assert len(plain) % CONTACT_BLOCK_BYTES == 0
    usual = address.isascii() and address.isprintable() and not set(address) & set('"\\')
    assert len(plain) == CONTACT_BLOCK_BYTES or not usual


def test_signing_again_brings_the_address_back_for_nobody(petition):
    join(petition, ASHA)
    before = bytes(signature_of(petition, ASHA).contact)
    OutboxMail.objects.all().delete()
    enter(petition, ASHA, WORDS)
    signature = signature_of(petition, ASHA)

    assert bytes(signature.address) == b""
    assert (bytes(signature.contact), signature.consents) == (before, AGREES)
    assert OutboxMail.objects.get().kind == "signatures.signed"


def test_signing_again_reseals_before_confirming_and_without_keys(petition, team, ben):
    enter(petition, ASHA)
    enter(petition, "Asha@mail.example")
    assert signature_of(petition, ASHA).reveal_address() == "Asha@mail.example"
    other = open_petition(team, ben)
    join(other, ASHA)
    enter(other, "Asha@mail.example")
    assert signature_of(other, ASHA).reveal_address() == "Asha@mail.example"


def test_who_took_it_back_can_sign_again_and_agree_again(petition, identities):
    withdrawing.withdraw(token=join(petition, ASHA), now=NOON)
    join(petition, ASHA, WORDS)
    assert bytes(signature_of(petition, ASHA).contact) == b""
    withdrawing.withdraw(token=returned(petition), now=NOON)
    join(petition, ASHA)
    assert read(signature_of(petition, ASHA), identities[0])["address"] == ASHA


def returned(petition):
    return confirming.new_visit(signature_of(petition, ASHA), NOON)


def test_a_link_is_mailed_to_who_types_the_address(petition):
    join(petition, ASHA)
    OutboxMail.objects.all().delete()
    returning.mail_link(petition_id=petition.pk, address=ASHA, language="en", now=NOON)

    mail = OutboxMail.objects.get()
    assert (mail.kind, compose(mail).to) == ("signatures.link", [ASHA])
    assert bytes(signature_of(petition, ASHA).address) == b""


def test_notices_go_nowhere(petition):
    join(petition, ASHA)
    OutboxMail.objects.all().delete()
    signature = signature_of(petition, ASHA)

    kind = mails.REVEAL_OFF
    noticed = noticing.post_notice(signature=signature, kind=kind, context={"number": 5}, now=NOON)
    assert not noticed.posted
    assert not OutboxMail.objects.exists()


def test_who_signed_before_the_keys_is_told_and_dropped_on_confirming(team, ben, client):
    petition = open_petition(team, ben)
    enter(petition, ASHA, {KEEP: str(CONSENTS[KEEP])})
    for _ in range(2):
        add(petition, ben)
    path = reverse("signatures:signature-confirm", args=[confirm_link(petition, ASHA)])

    page = client.get(path).content.decode()
    assert "this site erases your address" in page
    assert "The organisers do not get your address." in page
    client.post(path)
    signature = signature_of(petition, ASHA)
    assert signature.state == "confirmed"
    assert (bytes(signature.address), bytes(signature.contact)) == (b"", b"")


def test_fifty_confirm_at_once_and_one_is_counted_and_sealed(
    transactional_db, petition, identities
):
    enter(petition, ASHA)
    token = confirm_link(petition, ASHA)

    done = at_once(50, lambda _n: confirming.confirm(token=token, now=NOON))

    assert sum(not isinstance(one, Exception) for one in done) == 1
    assert {type(one) for one in done if isinstance(one, Exception)} == {SignatureRefused}
    assert CountEvent.objects.count() == 1
    assert read(signature_of(petition, ASHA), identities[1])["address"] == ASHA


def test_what_a_signer_ends_ends_the_contact(petition):
    for end, address in ((withdrawing.withdraw, ASHA), (erasing.erase, "b@mail.example")):
        token = join(petition, address)
        pk = signature_of(petition, address).pk
        end(token=token, now=NOON)
        assert bytes(Signature.objects.get(pk=pk).contact) == b""


def test_retention_empties_it(petition):
    join(petition, ASHA)
    assert AFTER_CLOSING["signatures.people"].apply(Reach(NOON, petition.pk), 100) == 1
    signature = Signature.objects.get()
    assert signature.anonymised_on is not None
    assert bytes(signature.contact) == b""


# Pages --------------------------------------------------------------------------------------------


def sign_page(petition):
    return reverse("signatures:signature-create", args=[petition.slug, "public"])


def test_the_form_asks_unticked_and_tells_beforehand(client, petition):
    page = client.get(sign_page(petition))
    text = page.content.decode()

    assert str(CONSENTS[CONTACT]) in text
    assert str(KEEP_FINGERPRINT) in text
    assert "This site erases your address as soon as you confirm" in text
    assert not page.context["form"]["contact"].value()
    assert "checked" not in text


def test_the_form_without_keys_is_unchanged(client, team, ben):
    petition = open_petition(team, ben)
    add(petition, ben)
    page = client.get(sign_page(petition))
    text = page.content.decode()

    assert set(page.context["form"].fields) == {"address", "text", "consent"}
    assert str(CONSENTS[KEEP]) in text
    assert "erases your address" not in text
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on", "contact": "on"}
    client.post(sign_page(petition), form | {"drops": "yes"})
    assert signature_of(petition, ASHA).consents == {KEEP: str(CONSENTS[KEEP])}


@pytest.mark.parametrize(("ticked", "words"), [({"contact": "on"}, AGREES), ({}, WORDS)])
def test_the_words_that_were_read_are_kept(client, petition, ticked, words):
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on", "drops": "yes"}

    assert client.post(sign_page(petition), form | ticked).status_code == 302
    assert signature_of(petition, ASHA).consents == words


def test_who_opened_the_form_before_the_keys_agreed_to_the_words_of_then(client, petition):
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on", "contact": "on"}

    client.post(sign_page(petition), form)
    assert signature_of(petition, ASHA).consents == {KEEP: str(CONSENTS[KEEP])}


@pytest.mark.parametrize(("pressed", "onward"), [({"code": "yes"}, "/mine/code/"), ({}, "/mine/")])
def test_confirming_offers_a_code_at_once(client, petition, pressed, onward):
    enter(petition, ASHA)
    path = reverse("signatures:signature-confirm", args=[confirm_link(petition, ASHA)])

    assert "The organisers get your address, encrypted" in client.get(path).content.decode()
    answer = client.post(path, pressed)
    assert answer.url == onward
    assert client.get(onward).status_code == 200


def test_the_receipt_says_who_can_write_and_stops_it(client, petition):
    client.cookies[visits.COOKIE] = join(petition, ASHA, relation="employee")

    text = client.get("/mine/").content.decode()
    assert "We hold no address of yours" in text
    assert "The organisers may write to you" in text
    held = client.get("/mine/held/").content.decode()
    assert "Your address, encrypted to the organisers’ keys" in held
    export = client.get("/mine/data.json").json()["signature"]
    assert export["address"] == ""
    assert base64.b64decode(export["contact_age"]) == bytes(signature_of(petition, ASHA).contact)
    client.post(reverse("signatures:mine-notices"), {"wanted": "no"})
    assert "in no list that they download from now on" in client.get("/mine/").content.decode()
    choice = client.get(reverse("signatures:mine-visibility"))
    assert not [name for name in choice.context["form"].fields if name.startswith("together")]


# The list -----------------------------------------------------------------------------------------


def test_the_list_names_nobody_and_both_keys_open_it(petition, ben, identities):
    crowd(petition, 6)
    join(petition, "without@mail.example", WORDS)
    enter(petition, "pending@mail.example")

    lines = downloaded(petition, ben)

    assert (lines[0]["countersign"], lines[0]["day"]) == ("contacts", "2026-11-24")
    assert "must not be written to" in lines[0]["read"]
    assert lines[-1] == {"end": 6}
    assert all(set(line) == {"id", "age"} for line in lines[1:-1])
    assert "mail.example" not in json.dumps(lines)
    expected = [f"s{place}@mail.example" for place in range(6)]
    for identity in identities:
        assert addresses(lines, identity) == expected
    again = downloaded(petition, ben)
    assert not {line["id"] for line in lines[1:-1]} & {line["id"] for line in again[1:-1]}


def test_who_left_or_wants_no_mail_is_left_out(petition, ben, identities):
    tokens = crowd(petition, 9)
    withdrawing.withdraw(token=tokens[0], now=NOON)
    erasing.erase(token=tokens[1], now=NOON)
    unsubscribing.set_notices(token=tokens[2], wanted=False, now=NOON)
    set_aside = signature_of(petition, "s3@mail.example")
    Signature.objects.filter(pk=set_aside.pk).update(marked_on=NOON.date())

    found = addresses(downloaded(petition, ben), identities[0])

    assert found == [f"s{place}@mail.example" for place in range(4, 9)]


def test_below_the_floor_there_is_no_list_and_no_number(client, petition, ben):
    crowd(petition, 4)
    client.force_login(ben)
    page = reverse("signatures:contact-keys", args=[petition.pk])

    with pytest.raises(SignatureRefused) as refused:
        downloaded(petition, ben)
    assert refused.value.code == "too-few-contacts"
    text = client.get(page).content.decode()
    assert "once at least 5 people agreed" in text
    assert "Download the encrypted list" not in text
    answer = client.post(reverse("signatures:contact-download", args=[petition.pk]), follow=True)
    assert "once at least 5 people agreed" in answer.content.decode()
    assert not AccessRecord.objects.filter(verb="signers.contacts").exists()


def test_a_download_is_written_down_in_whole_floors_and_told_to_every_owner(
    client, team, petition, ben
):
    oona = member("oona", team, Role.OWNER)
    member("ed", team, Role.EDITOR)
    crowd(petition, 7)
    OutboxMail.objects.all().delete()
    client.force_login(ben)
    path = reverse("signatures:contact-download", args=[petition.pk])

    assert client.get(path).status_code == 405
    answer = client.post(path)
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert (len(lines), json.loads(lines[-1])) == (9, {"end": 7})
    assert answer["Content-Disposition"] == 'attachment; filename="contacts.jsonl"'
    assert "no-store" in answer["Cache-Control"]
    record = AccessRecord.objects.get(verb="signers.contacts")
    assert (record.actor_id, record.scope, record.detail) == (ben.pk, petition.pk, {"at_least": 5})
    told = [compose(mail) for mail in OutboxMail.objects.all()]
    assert sorted(mail.to[0] for mail in told) == [ben.email, oona.email]
    assert all("at least 5 addresses" in mail.body for mail in told)
    assert "At least 5 people agreed" in client.get(path.replace("download/", "")).content.decode()
