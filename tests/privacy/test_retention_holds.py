"""Legal holds: who may set and lift them, what they stop, and that everybody can see them."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.urls import reverse

from accounts.models import Role
from petitions.actions import holding, lifecycle
from petitions.errors import PetitionRefused
from petitions.models import HoldReference
from privacy import exports, holds
from privacy.actions import retaining
from privacy.models import AccessRecord, Erasure, ErasureWish, LegalHold
from signatures.actions import counting
from signatures.models import Signature
from tests.factories import confirmed, open_petition, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON, member

LATER = NOON + timedelta(days=40)
WORDS = "A court in Harbour County asked us to keep what we hold."


def closed_petition(team, ben):
    petition = open_petition(team, ben, keep_days=30)
    confirmed(petition, ASHA, "public")
    sign(petition, "eli@mail.example", "public")
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    counting.fold(now=NOON)
    return petition


def hold(petition, actor, **changed):
    values = {"ground": "court", "words": WORDS, "reference": "Case 12-345"} | changed
    scope = petition.pk if petition else None
    return holding.set_hold(petition_id=scope, actor=actor, now=NOON, **values).hold_id


def test_while_it_is_held_nothing_of_a_petition_goes_and_the_others_do(
    team, ben, settings, tmp_path
):
    settings.VAR_DIR = tmp_path
    held, other = closed_petition(team, ben), closed_petition(team, ben)
    (exports.folder_of(held.pk) / "old.csv").write_text("old")
    hold(held, ben)

    retained = retaining.run(now=NOON + timedelta(days=400))

    parts = {part.name: part for part in retained.parts}
    assert parts[held.slug].held
    assert signature_of(held, ASHA).reveal_address() == ASHA
    assert signature_of(held, "eli@mail.example").state == Signature.State.PENDING
    assert (exports.folder_of(held.pk) / "old.csv").exists()
    assert Erasure.objects.get().scope == other.pk
    assert retained.failed == []


def test_a_hold_on_the_site_stops_everything(team, ben, host):
    closed_petition(team, ben)
    hold(None, host)

    retained = retaining.run(now=LATER)

    assert all(part.held for part in retained.parts)
    assert retained.total == 0
    assert not Erasure.objects.exists()


def test_lifting_lets_the_next_run_go_on(team, ben):
    petition = closed_petition(team, ben)
    hold_id = hold(petition, ben)
    retaining.run(now=LATER)

    holding.lift_hold(hold_id=hold_id, actor=ben, now=LATER)
    retaining.run(now=LATER)

    assert not holds.is_held(petition.pk)
    assert Erasure.objects.get(scope=petition.pk).erased_on == LATER.date()


def test_of_two_holds_one_is_enough(team, ben):
    petition = closed_petition(team, ben)
    first, _second = hold(petition, ben), hold(petition, ben)

    holding.lift_hold(hold_id=first, actor=ben, now=NOON)

    assert holds.is_held(petition.pk)


def test_a_run_that_is_under_way_stops_at_a_hold(team, ben):
    petition = closed_petition(team, ben)
    steps = retaining.steps(name=petition.slug, now=LATER)
    next(steps)
    hold(petition, ben)

    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert end.value.value.parts[0].held
    assert Erasure.objects.get(scope=petition.pk).erased_on is None


def test_who_asked_to_be_erased_during_a_hold_is_erased_after_it(team, ben):
    petition, other = closed_petition(team, ben), open_petition(team, ben)
    hold_id = hold(petition, ben)
    asha = signature_of(petition, ASHA)
    for _twice in range(2):
        holds.note_wish(scope=petition.pk, subject=asha.pk, now=NOON)
    holds.note_wish(scope=other.pk, subject=other.pk, now=NOON)  # of a signature that is gone

    assert retaining.run(now=NOON).wishes == 1
    assert Signature.objects.filter(pk=asha.pk).exists()
    holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)
    assert retaining.run(now=NOON).wishes == 1

    asha.refresh_from_db()
    assert (bytes(asha.address), asha.anonymised_on) == (b"", NOON.date())
    assert not ErasureWish.objects.exists()
    counting.fold(now=NOON)
    assert counting.recount(now=NOON).corrected == 0


# Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.OWNER}))
def test_only_owners_and_the_host_set_a_hold(team, ben, role):
    somebody = member("somebody", team, role)

    with pytest.raises(PetitionRefused) as refused:
        hold(open_petition(team, ben), somebody)

    assert refused.value.code == "no-right"
    assert not LegalHold.objects.exists()


def test_an_owner_of_another_team_and_of_the_site_may_not(team, ben, cleo):
    petition = open_petition(team, ben)
    for actor, scope in ((cleo, petition), (ben, None)):
        with pytest.raises(PetitionRefused) as refused:
            hold(scope, actor)
        assert refused.value.code == "no-right"


def test_what_the_host_held_an_owner_does_not_lift(team, ben, host):
    petition = open_petition(team, ben)
    hold_id = hold(petition, host)

    with pytest.raises(PetitionRefused) as refused:
        holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)

    assert refused.value.code == "held-by-the-host"
    holding.lift_hold(hold_id=hold_id, actor=host, now=NOON)
    with pytest.raises(PetitionRefused) as refused:
        holding.lift_hold(hold_id=hold_id, actor=host, now=NOON)
    assert refused.value.code == "hold-is-over"


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"words": "  "}, "hold-says-nothing"), ({"ground": "whim"}, "unknown-ground")],
)
def test_a_hold_says_why(team, ben, changed, code):
    with pytest.raises(PetitionRefused) as refused:
        hold(open_petition(team, ben), ben, **changed)
    assert refused.value.code == code


def test_what_is_erased_already_cannot_be_held(team, ben):
    petition = closed_petition(team, ben)
    retaining.run(now=LATER)

    with pytest.raises(PetitionRefused) as refused:
        hold(petition, ben)
    assert refused.value.code == "erased-already"


# Written down and shown -------------------------------------------------------------------------


def test_each_change_is_in_the_access_log_and_the_reference_is_sealed(team, ben):
    petition = open_petition(team, ben)
    hold_id = hold(petition, ben)
    holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)

    verbs = AccessRecord.objects.filter(scope=petition.pk, verb__startswith="hold.")
    assert sorted(verbs.values_list("verb", flat=True)) == ["hold.lifted", "hold.set"]
    beside = HoldReference.objects.get()
    assert b"12-345" not in bytes(beside.words)
    assert beside.reveal_words() == "Case 12-345"


def test_neither_a_hold_nor_its_end_can_be_taken_back(team, ben):
    hold_id = hold(open_petition(team, ben), ben, reference="")

    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        LegalHold.objects.all().delete()
    holding.lift_hold(hold_id=hold_id, actor=ben, now=NOON)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        LegalHold.objects.update(ended_at=None, ended_by_id=None)


def test_the_petitions_page_and_what_we_hold_show_it(team, ben, client):
    petition = open_petition(team, ben)
    hold_id = hold(petition, ben)
    pages = [petition.get_absolute_url(), reverse("pages:petition-held", args=[petition.slug])]

    for page in pages:
        text = client.get(page).content.decode()
        assert WORDS in text
        assert "Case 12-345" not in text
    assert WORDS not in client.get(reverse("pages:what-we-hold")).content.decode()
    holding.lift_hold(hold_id=hold_id, actor=ben, now=LATER)
    assert WORDS not in client.get(pages[0]).content.decode()
    assert "to Jan. 3, 2027" in client.get(pages[1]).content.decode().replace(
        "3 January", "Jan. 3,"
    )


def test_a_hold_is_set_and_lifted_on_the_desk(team, ben, client):
    petition = open_petition(team, ben)
    client.force_login(ben)
    add = reverse("admin:privacy_legalhold_add")
    answers = {"petition": petition.pk, "ground": "court", "words": WORDS, "reference": "Case 1"}

    nothing = client.post(add, answers | {"words": ""})
    assert "required" in nothing.content.decode()
    assert "whole_site" not in client.get(add).content.decode()
    assert client.post(add, answers | {"petition": ""}).status_code == 200  # the host alone may
    assert not LegalHold.objects.exists()
    client.post(add, answers)

    page = reverse("admin:privacy_legalhold_change", args=[LegalHold.objects.get().pk])
    shown = client.get(page).content.decode()
    assert "Case 1" in shown
    assert "Lift the hold" in shown
    lift = reverse("admin:privacy_legalhold_lift", args=[LegalHold.objects.get().pk])
    assert client.get(lift).status_code == 200
    assert holds.is_held(petition.pk)
    client.post(lift)
    assert not holds.is_held(petition.pk)
    assert client.get(lift).status_code == 404
    assert client.get(reverse("admin:privacy_legalhold_changelist")).status_code == 200


def test_the_host_holds_the_whole_site_by_a_tick_and_never_by_leaving_a_field_out(
    team, ben, host, client
):
    petition = open_petition(team, ben)
    client.force_login(host)
    add = reverse("admin:privacy_legalhold_add")
    answers = {"petition": "", "ground": "other", "words": WORDS, "reference": ""}

    for wrong in ({}, {"petition": petition.pk, "whole_site": "on"}):
        page = client.post(add, answers | wrong).content.decode()
        assert "Choose one petition, or the whole site." in page
        assert not LegalHold.objects.exists()
    client.post(add, answers | {"whole_site": "on"})

    assert holds.site_is_held()
    assert holds.is_held(petition.pk)


@pytest.mark.parametrize("of_the_site", [True, False])
def test_what_the_host_held_an_owner_sees_without_reference_and_button(
    team, ben, host, client, of_the_site
):
    hold_id = hold(None if of_the_site else open_petition(team, ben), host)
    page = reverse("admin:privacy_legalhold_change", args=[hold_id])

    client.force_login(ben)
    seen = client.get(page).content.decode()
    client.force_login(host)
    whole = client.get(page).content.decode()

    for words, is_there in ((WORDS, True), ("Case 12-345", False), ("Lift the hold", False)):
        assert (words in seen) == is_there
        assert words in whole


def test_the_desk_shows_a_stranger_no_hold(team, ben, cleo, client):
    hold_id = hold(open_petition(team, ben), ben)
    client.force_login(cleo)

    assert WORDS not in client.get(reverse("admin:privacy_legalhold_changelist")).content.decode()
    lift = reverse("admin:privacy_legalhold_lift", args=[hold_id])
    assert client.get(lift).status_code == client.post(lift).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_a_run_at_once_leave_all_or_erase_before(team, ben):
    petitions = [closed_petition(team, ben) for _ in range(4)]

    def act(place):
        if place == 0:
            return retaining.run(now=LATER)
        return hold(petitions[place - 1], ben)

    answers = at_once(5, act)

    assert not isinstance(answers[0], Exception)
    connection.close()
    for petition, answer in zip(petitions, answers[1:], strict=True):
        erasure = Erasure.objects.filter(scope=petition.pk).first()
        if isinstance(answer, PetitionRefused):
            assert answer.code == "erased-already"
            assert erasure.erased_on
        else:
            assert holds.is_held(petition.pk)
            assert erasure is None or erasure.erased_on is None
