"""The pages of signing, confirming, refusing, the receipt and taking back."""

import base64
import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse

from background.actions.outbox import compose
from background.models import OutboxMail
from petitions.actions import lifecycle
from signatures.models import Block, Link, Signature
from tests.factories import confirm_link, confirmed, open_petition, opened, sign, signature_of
from tests.people import ASHA, NOON
from transparency.actions import append
from transparency.canonical import canonical_json
from transparency.merkle import tree
from transparency.merkle.checkpoint import CheckpointBody
from transparency.merkle.note import verify
from transparency.proofs import signer


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, publication="at_once")


def path_to_sign(petition, relation="employee"):
    return reverse("signatures:signature-create", args=[petition.slug, relation])


def test_a_visitor_signs_confirms_and_gets_a_receipt(client, petition):
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on"}
    client.post(path_to_sign(petition, "public"), form)
    link = re.search(r"/s/\S+/", compose(OutboxMail.objects.get()).body).group()

    assert "Confirm your signature" in client.get(link).content.decode()
    answer = client.post(link)
    receipt = client.get(answer["Location"]).content.decode()

    assert "Your signature is confirmed" in receipt
    assert client.get(link).status_code == 410
    assert signature_of(petition, ASHA).state == "confirmed"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"address": ""}, "This field is required."),
        ({"address": "asha"}, "This is not a mail address."),
        ({"address": "a@b@c.example"}, "This is not a mail address."),
        ({"address": "x" * 300 + "@mail.example"}, "at most 254 characters"),
        ({"address": "asha@mail.example\x00"}, "Null characters are not allowed."),
        ({"consent": ""}, "Tick this if you agree."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, petition, changed, said):
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on"} | changed

    page = client.post(path_to_sign(petition), form).content.decode()

    assert said in page
    assert Signature.objects.count() == 0


def test_nothing_is_ticked_beforehand(client, petition):
    assert "checked" not in client.get(path_to_sign(petition)).content.decode()


@pytest.mark.parametrize("relation", ["nobody", "shareholders"])
def test_a_relation_that_is_not_asked_for_has_no_page(client, petition, relation):
    assert client.get(path_to_sign(petition, relation)).status_code == 404


def test_a_paused_petition_says_that_it_takes_no_signature(client, petition, ben):
    lifecycle.pause(petition_id=petition.pk, actor=ben, now=NOON)
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on"}

    page = client.post(path_to_sign(petition), form).content.decode()

    assert "takes no signatures now" in page
    assert Signature.objects.count() == 0


@pytest.mark.parametrize("was_withdrawn", [False, True])
def test_who_did_not_sign_erases_and_blocks(client, petition, was_withdrawn):
    if was_withdrawn:
        opened(client, petition, ASHA)
        client.post(reverse("signatures:mine-withdraw"))
    sign(petition, ASHA)
    link = reverse("signatures:signature-refuse", args=[confirm_link(petition, ASHA)])

    client.get(link)
    assert Signature.objects.count() == 1
    page = client.post(link).content.decode()

    assert "The entry is gone" in page
    assert Signature.objects.count() == 0
    assert Block.objects.count() == 1
    sign(petition, ASHA)
    newest = OutboxMail.objects.get(kind="signatures.blocked")
    assert "/s/" not in compose(newest).body


def test_a_receipt_proves_its_entry_offline(client, petition):
    opened(client, petition, ASHA, "public")
    for number in range(6):
        confirmed(petition, f"person{number}@mail.example", "public")
    append(now=NOON)

    proof = client.get(reverse("signatures:mine-log-proof")).json()

    salt, record = base64.b64decode(proof["salt"]), canonical_json(proof["record"])
    commitment = hashlib.sha256(salt + record).hexdigest()
    entry = {"t": "named", "petition": str(petition.pk), "commitment": commitment}
    leaf = tree.leaf_hash(canonical_json(entry))
    text = verify(proof["checkpoint"], signer().verifier)
    body = CheckpointBody.parse(text)
    path = [bytes.fromhex(node) for node in proof["path"]]
    assert leaf.hex() == proof["leaf_hash"]
    assert tree.verify_inclusion(
        leaf=leaf, index=proof["index"], size=body.size, path=path, root_hash=body.root
    )
    assert "asha" not in str(proof)


def test_taking_back_asks_first_and_acts_once(client, petition):
    opened(client, petition, ASHA, "public")
    link = reverse("signatures:mine-withdraw")

    assert "Take your signature back?" in client.get(link).content.decode()
    assert signature_of(petition, ASHA).state == "confirmed"
    client.post(link)
    again = client.post(link)

    assert signature_of(petition, ASHA).state == "withdrawn"
    assert again["Location"] == reverse("signatures:mine-closed")
    assert client.get(reverse("signatures:mine"))["Location"] == again["Location"]


@pytest.mark.parametrize("name", ["signature-confirm", "signature-refuse", "mine-open"])
def test_a_link_that_nobody_sent_opens_nothing(client, petition, name):
    answer = client.post(reverse(f"signatures:{name}", args=["x" * 43]))

    assert answer.status_code in (404, 410)
    assert petition.title not in answer.content.decode()


def test_a_confirming_link_opens_nothing_and_a_visit_confirms_nothing(client, petition):
    sign(petition, ASHA)
    link = confirm_link(petition, ASHA)
    visit = opened(client, petition, "ben@mail.example")

    assert client.post(reverse("signatures:signature-confirm", args=[visit])).status_code == 410
    assert client.post(reverse("signatures:mine-open", args=[link])).status_code == 410
    client.cookies["visit"] = link
    assert client.get(reverse("signatures:mine")).status_code == 302


def mailed_link(petition):
    """Enter an address that has signed again, and take the link out of the mail."""
    sign(petition, ASHA)
    return re.search(r"/mine/open/\S+/", compose(OutboxMail.objects.latest("due_at")).body).group()


def test_a_mailed_link_opens_the_signature_once_and_shows_nothing_before(client, petition):
    confirmed(petition, ASHA)
    OutboxMail.objects.all().delete()
    link = mailed_link(petition)

    before = client.get(link).content.decode()
    answer = client.post(link)
    second = Client().post(link)

    assert petition.title not in before
    assert petition.title in client.get(answer["Location"]).content.decode()
    assert second.status_code == 410
    assert petition.title not in second.content.decode()


def test_closing_ends_the_visit(client, petition):
    opened(client, petition, ASHA)

    client.post(reverse("signatures:mine-leave"))

    assert client.get(reverse("signatures:mine")).status_code == 302
    assert not Link.objects.filter(purpose="visit").exists()
