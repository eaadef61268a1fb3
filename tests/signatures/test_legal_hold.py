"""What a signer can still do while a legal hold forbids to delete."""

from datetime import timedelta

import pytest
from django.urls import reverse

from petitions.actions import holding
from privacy.actions import retaining
from privacy.models import ErasureWish
from proofs.models import Claim, Proof
from signatures.actions import confirming, counting, erasing, withdrawing
from signatures.models import Block, Level, Link, Signature, Visibility
from tests.factories import confirm_link, confirmed, open_petition, opened, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON
from tests.signatures.test_sign_and_prove import rows
from tests.signatures.test_visibility import FULL, NAME, say
from tests.signatures.test_visibility_together import prove

VERBS = {"erase": erasing.erase, "withdraw": withdrawing.withdraw}


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, publication="at_once")


@pytest.fixture
def asha(client, petition):
    token = opened(client, petition, ASHA)
    prove(token, 0)
    say(token, public=FULL)
    return token


def hold(petition, ben):
    return holding.set_hold(
        petition_id=petition.pk, ground="court", words="A court asked us.", actor=ben, now=NOON
    ).hold_id


@pytest.mark.parametrize("way", ["erase", "withdraw"])
def test_the_count_goes_down_the_data_stays_and_goes_with_the_hold(
    client, petition, asha, ben, way
):
    hold_id = hold(petition, ben)
    asked = client.get(f"/mine/{way}/").content.decode()
    assert "erased as soon as the hold ends" in asked
    assert reverse("pages:petition-held", args=[petition.slug]) in asked

    said = client.post(f"/mine/{way}/").content.decode()
    counting.fold(now=NOON)

    assert "erased as soon as it ends" in said
    assert "Your address is erased" not in said
    assert rows(petition)["employee"] == 0
    row = Signature.objects.get()
    assert (row.state, row.reveal_address(), row.reveal_name()) == ("withdrawn", ASHA, NAME)
    assert Proof.objects.filter(mailbox_digest__isnull=False).count() == 1
    assert Visibility.objects.count() == 1
    assert NAME not in client.get(petition.get_absolute_url()).content.decode()
    assert client.get("/mine/").status_code == 302
    assert retaining.run(now=NOON).wishes == 0

    holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)
    assert retaining.run(now=NOON).wishes == 1

    row.refresh_from_db()
    assert row.anonymised_on == NOON.date()
    sealed = (row.address, row.name, row.title, row.log_salt, row.log_leaf)
    assert {bytes(column) for column in sealed} == {b""}
    for model in (Proof, Claim, Visibility, Link, ErasureWish):
        assert not model.objects.exists(), model
    counting.fold(now=NOON)
    assert counting.recount(now=NOON).corrected == 0


@pytest.mark.parametrize("verb", VERBS)
def test_who_signs_again_meanwhile_is_counted_and_keeps_the_new_signature(
    petition, asha, ben, verb
):
    hold_id = hold(petition, ben)
    VERBS[verb](token=asha, now=NOON)
    confirmed(petition, ASHA, "public")

    assert not Visibility.objects.filter(signature=signature_of(petition, ASHA)).exists()
    holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)
    retaining.run(now=NOON)
    counting.fold(now=NOON)

    assert signature_of(petition, ASHA).reveal_address() == ASHA
    assert (rows(petition)["employee"], rows(petition)["public"]) == (0, 1)
    assert counting.recount(now=NOON).corrected == 0


def test_who_did_not_sign_is_blocked_at_once_and_erased_after_the_hold(client, petition, ben):
    hold_id = hold(petition, ben)
    sign(petition, ASHA)
    token = confirm_link(petition, ASHA)

    said = client.post(reverse("signatures:signature-refuse", args=[token])).content.decode()

    assert "erased as soon as it ends" in said
    assert Block.objects.count() == Signature.objects.count() == 1
    with pytest.raises(confirming.SignatureRefused):
        confirming.confirm(token=token, now=NOON)
    holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)
    retaining.run(now=NOON)
    assert not Signature.objects.exists()


def test_name_and_choice_can_still_be_changed(petition, asha, ben):
    hold(petition, ben)

    say(asha, public=Level.TITLE_AND_COMPANY)
    assert Visibility.objects.get().level == Level.TITLE_AND_COMPANY
    say(asha)
    assert not Visibility.objects.exists()


def test_without_a_hold_nothing_is_said_of_one(client, petition, asha):
    for page in ("erase", "withdraw"):
        assert "legal hold" not in client.get(f"/mine/{page}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_is_set_while_people_leave_finds_each_whole_or_gone(team, ben):
    petition = open_petition(team, ben, publication="at_once")
    tokens = [confirmed(petition, f"p{n}@mail.example", "public") for n in range(8)]

    def act(place):
        if place == 4:
            return hold(petition, ben)
        verb = erasing.erase if place % 2 else withdrawing.withdraw
        return verb(token=tokens[place if place < 4 else place - 1], now=NOON)

    answers = at_once(9, act)
    counting.fold(now=NOON)

    assert [one for one in answers if isinstance(one, Exception)] == []
    left = [one for place, one in enumerate(answers) if place != 4]
    whole = [row for row in Signature.objects.all() if row.address]
    assert len(whole) == sum(one.is_held for one in left) == ErasureWish.objects.count()
    assert {row.state for row in Signature.objects.all()} == {"withdrawn"}
    assert rows(petition)["public"] == 0
    assert counting.recount(now=NOON + timedelta(days=1)).corrected == 0
