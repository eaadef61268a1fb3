"""The pages of vouching and of invitation codes, for signers and organisers."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from proofs.models import InvitationBatch, InvitationCode, Proof, Vouch
from signatures import visits
from signatures.actions import confirming, invitations
from signatures.models import Signature
from tests.factories import confirmed, open_petition, signature_of
from tests.people import ASHA, member
from tests.proofs.test_invitation import codes_on
from tests.proofs.vouching import WAYS, by_mailbox, issue, phrases, type_code

VOUCH = "/mine/vouch/"


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS)


def browse(client, petition, name):
    """Let this browser act for a signature, whatever the hour."""
    signature = signature_of(petition, f"{name}@mail.example")
    client.cookies[visits.COOKIE] = confirming.new_visit(signature, timezone.now())
    return client


@pytest.fixture
def asha(petition, client):
    confirmed(petition, ASHA)
    return browse(client, petition, "asha")


def shown_once(answer):
    return list(answer.context["once"].values())


def test_phrases_stand_on_one_page_and_never_again(asha):
    page = asha.post("/mine/prove/vouching/", {"pressed": "1"})  # as the CSRF token, not empty
    told = shown_once(page)

    assert len(told) == 2
    assert all(phrase in page.content.decode() for phrase in told)
    assert "no-store" in page["Cache-Control"]
    for path in ("/mine/prove/vouching/next/", "/mine/prove/vouching/", "/mine/"):
        text = asha.get(path).content.decode()
        assert not [phrase for phrase in told if phrase in text]
    assert "0 of 2 have entered" in asha.get("/mine/").content.decode()


def test_opening_the_page_makes_no_phrase(asha):
    asha.get("/mine/prove/vouching/")
    asha.head("/mine/prove/vouching/")

    assert not Vouch.objects.exists()


def test_a_colleague_vouches_on_a_page_that_says_what_it_means(petition, client):
    token = confirmed(petition, ASHA)
    told = phrases(token, now=timezone.now())
    for name, phrase in zip(("devi", "emil"), told, strict=True):
        by_mailbox(petition, name)
        page = browse(client, petition, name).get(VOUCH).content.decode()
        assert "Neither of you learns here who the other is" in page
        assert "The risk to you" in page
        assert "asha" not in page.lower()
        typed = {"phrase": phrase.upper().replace(" ", "-"), "attests": "employee"}
        answer = client.post(VOUCH, typed, follow=True)
        assert "Your word is recorded" in answer.content.decode()
        assert "asha" not in answer.content.decode().lower()

    assert signature_of(petition, ASHA).proof_method == "vouching"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phrase": "", "attests": "employee"}, "required"),
        ({"phrase": "zoo zoo zoo", "attests": "employee"}, "A phrase has 4 words."),
        ({"phrase": "zoo zoo zoo xyzzy", "attests": "employee"}, "No phrase has this word: xyzzy."),
        ({"phrase": "zoo zoo zoo zoo"}, "Say how they work there."),
        ({"phrase": "zoo zoo zoo zoo", "attests": "public"}, "valid choice"),
        ({"phrase": "zoo zoo zoo zoo", "attests": "employee"}, "Tries left today: 9."),
        ({"phrase": "x" * 500, "attests": "employee"}, "at most 100"),
        ({"phrase": "a\x00b", "attests": "employee"}, "ull characters"),
    ],
)
def test_a_fault_is_said_beside_the_field(petition, client, typed, said):
    by_mailbox(petition, "devi")

    page = browse(client, petition, "devi").post(VOUCH, typed)

    assert page.status_code in (200, 400)
    if page.status_code == 200:
        assert said in page.content.decode()


def test_who_may_not_vouch_reads_why_and_gets_no_form(asha):
    page = asha.get(VOUCH).content.decode()

    assert "by another way than vouching" in page
    assert "<textarea" not in page
    assert 'name="phrase"' not in page
    assert "may-not" not in page
    answer = asha.post(VOUCH, {"phrase": "zoo zoo zoo zoo", "attests": "employee"})
    assert answer.status_code == 200


def test_own_words_stand_by_day_and_are_taken_back_on_a_page_that_asks(petition, client):
    first, _second = phrases(confirmed(petition, ASHA), now=timezone.now())
    by_mailbox(petition, "devi")
    devi = browse(client, petition, "devi")
    devi.post(VOUCH, {"phrase": first, "attests": "employee"})
    word = Vouch.objects.get(given_on__isnull=False)
    path = reverse("signatures:vouch-take-back", args=[word.pk])

    page = devi.get("/mine/vouches/").content.decode()
    assert path in page
    assert "asha" not in page.lower()
    assert str(signature_of(petition, ASHA).pk) not in page
    devi.get(path)
    assert Vouch.objects.filter(pk=word.pk).exists()

    assert "Taken back" in devi.post(path, follow=True).content.decode()
    assert not Vouch.objects.filter(pk=word.pk).exists()
    assert devi.post(path).status_code == 404
    by_mailbox(petition, "emil")
    assert browse(client, petition, "emil").get(path).status_code == 404


@pytest.mark.parametrize("path", [VOUCH, "/mine/vouches/", f"/mine/vouches/{UUID(int=1)}/"])
def test_without_a_visit_nothing_is_shown(client, db, path):
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer.url == "/mine/closed/"


# Invitation codes -------------------------------------------------------------------------------
def filled(**changed):
    until = timezone.now().date() + timedelta(days=20)
    return {
        "occasion": "Autumn meeting", "number": 4, "relation": "employee",
        "valid_until": str(until), "neutral": "on",
    } | changed  # fmt: skip


def test_an_organiser_gets_cards_once_and_a_signer_uses_one(petition, ben, asha):
    listing = reverse("signatures:invitation-list", args=[petition.pk])
    asha.force_login(ben)
    answer = asha.post(listing, filled())

    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    codes = codes_on(answer.content)
    assert len(codes) == 4
    page = asha.get(listing).content.decode()
    assert "Autumn meeting" in page
    assert not [code for code in codes if code in page]
    browse(asha, petition, "asha")
    done = asha.post("/mine/prove/invitation/", {"code": codes[0].lower()}, follow=True)
    assert "Shown. You are counted by this now." in done.content.decode()
    assert "by invitation" in asha.get("/mine/").content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "0"}, "greater than or equal to 1"),
        ({"number": "501"}, "less than or equal to 500"),
        ({"number": "many"}, "whole number"),
        ({"occasion": ""}, "required"),
        ({"occasion": "x" * 200}, "at most 80"),
        ({"relation": "public"}, "valid choice"),
        ({"valid_until": "2001-01-01"}, "Choose a day from today"),
        ({"valid_until": "9999-12-31"}, "Choose a day from today"),
        ({"valid_until": "soon"}, "valid date"),
    ],
)
def test_a_fault_makes_no_batch(petition, ben, client, changed, said):
    client.force_login(ben)

    page = client.post(reverse("signatures:invitation-list", args=[petition.pk]), filled(**changed))

    assert page.status_code == 200
    assert said in page.content.decode()
    assert not InvitationBatch.objects.exists()


def test_strangers_and_those_without_the_right_get_404(petition, ben, client, cleo, mo, ada):
    issue(petition, ben)
    batch = InvitationBatch.objects.get()
    paths = [
        reverse("signatures:invitation-list", args=[petition.pk]),
        reverse("signatures:invitation-detail", args=[petition.pk, batch.pk]),
        reverse("signatures:invitation-call-back", args=[petition.pk, batch.pk]),
    ]
    for person in (None, cleo, mo, ada):
        client.logout()
        if person:
            client.force_login(person)
        for path in paths:
            assert client.get(path).status_code == 404
            assert client.post(path, filled()).status_code in (404, 405)
    assert InvitationCode.objects.count() == 3


def test_an_editor_may_and_reaches_it_from_the_petition(petition, team, client):
    client.force_login(member("edda", team, Role.EDITOR))

    page = client.get(reverse("admin:petitions_petition_change", args=[petition.pk]))

    assert reverse("signatures:invitation-list", args=[petition.pk]) in page.content.decode()
    assert client.get(reverse("signatures:invitation-list", args=[petition.pk])).status_code == 200


def test_a_batch_of_another_petition_is_not_found(petition, team, ben, client):
    issue(petition, ben)
    other = open_petition(team, ben, methods=WAYS)
    client.force_login(ben)

    batch = InvitationBatch.objects.get()
    path = reverse("signatures:invitation-detail", args=[other.pk, batch.pk])
    assert client.get(path).status_code == 404


def test_a_batch_is_called_back_on_a_page_that_asks(petition, ben, client):
    codes = codes_on(issue(petition, ben).pdf)
    type_code(confirmed(petition, ASHA), codes[0])
    batch = InvitationBatch.objects.get()
    detail = reverse("signatures:invitation-detail", args=[petition.pk, batch.pk])
    path = reverse("signatures:invitation-call-back", args=[petition.pk, batch.pk])
    client.force_login(ben)
    client.get(path)
    assert InvitationCode.objects.count() == 2

    client.post(path, {})
    page = client.get(detail).content.decode()
    assert "called back" in page
    assert not InvitationCode.objects.exists()
    assert not Proof.objects.get().is_flagged

    client.post(path, {"is_leaked": "on"})
    page, part = client.get(detail), client.get(detail, headers={"HX-Request": "true"})
    assert b"<progress" in page.content
    assert b"<html" not in part.content
    assert "HX-Request" in part["Vary"]
    invitations.let_fall(batch_id=batch.pk, progress=lambda *_: None)
    assert signature_of(petition, ASHA).cell == ("employee", "none")
    # Neither page tells how many codes had been used.
    assert b"not shown" in page.content


def test_a_card_leads_to_a_page_that_uses_nothing_up(petition, team, ben, client):
    other = open_petition(team, ben)
    issue(petition, ben)

    page = client.get("/invited/")

    assert petition.title in page.content.decode()
    assert other.title not in page.content.decode()
    assert InvitationCode.objects.count() == 3
    assert Signature.objects.count() == 0


def test_what_a_petition_does_not_accept_is_not_offered(team, ben, client):
    petition = open_petition(team, ben, methods=["mailbox"])
    confirmed(petition, ASHA)
    browse(client, petition, "asha")

    for way in ("vouching", "invitation"):
        assert client.get(f"/mine/prove/{way}/").status_code == 404
    client.force_login(ben)
    page = client.get(reverse("signatures:invitation-list", args=[petition.pk])).content.decode()
    assert "does not accept invitation codes" in page
