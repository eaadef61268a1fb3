"""Proofs age: one mail before, a fall afterwards; and who leaves becomes a former employee."""

from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from background.actions.outbox import compose
from background.models import OutboxMail
from petitions.actions import lifecycle
from petitions.models import Total
from proofs.models import Proof
from signatures import visits
from signatures.actions import ageing, confirming, counting, proving
from signatures.errors import SignatureRefused
from signatures.models import CountEvent, Signature
from signatures.policy import PROOF_ENDS_NOTICE_DAYS
from signatures.tasks import age_proofs
from tests.factories import confirmed, open_petition, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON
from tests.signatures.test_sign_and_prove import code_in_mail

YEAR = timedelta(days=365)
SOON = NOON + YEAR - timedelta(days=10)
AFTER = NOON + YEAR


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, publication="at_once")


def prove(token, work="asha.rao@staff.example", now=NOON):
    answers = {"address": work}
    proving.begin_proof(token=token, method="mailbox", answers=answers, language="en", now=now)
    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=now)
    OutboxMail.objects.all().delete()


def proved(petition, address=ASHA, work="asha.rao@staff.example"):
    token = confirmed(petition, address)
    prove(token, work)
    return token


def further_proof(signature, *, method="signed_mail", days=730, verdict="employee", flagged=False):
    return Proof.objects.create(
        scope=signature.petition_id,
        subject=signature.pk,
        company=signature.petition.target.company,
        method=method,
        verdict=verdict,
        verified_on=NOON.date(),
        expires_on=NOON.date() + timedelta(days=days),
        is_flagged=flagged,
    )


def cells(petition):
    counting.fold(now=NOON)
    found = Total.objects.filter(petition=petition).exclude(total=0)
    totals = {(one.relation, one.proof): one.total for one in found}
    rows: dict[tuple[str, str], int] = {}
    for signature in Signature.objects.filter(petition=petition).countable():
        rows[signature.cell] = rows.get(signature.cell, 0) + 1
    assert totals == rows
    return totals


def close(petition, ben):
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)


def test_thirty_days_before_its_end_one_mail_says_so_and_how_to_renew(petition):
    proved(petition)
    early = NOON + YEAR - timedelta(days=PROOF_ENDS_NOTICE_DAYS + 1)
    assert ageing.remind_all(now=early).signatures == 0

    assert ageing.remind_all(now=early + timedelta(days=1)).signatures == 1
    assert ageing.remind_all(now=SOON).signatures == 0

    message = compose(OutboxMail.objects.get())
    assert message.to == [ASHA]
    assert "24 November 2027" in message.body
    assert "/mine/open/" in message.body
    assert "List-Unsubscribe" in message.extra_headers
    for word in ("FaceMatch", "Example Vision", "etition"):
        assert word not in message.subject
    assert "Vision" not in message.body
    assert "staff.example" not in message.body


def test_the_link_in_the_mail_opens_the_signature_until_the_proof_ends(petition):
    proved(petition)
    ageing.remind_all(now=SOON)
    token = compose(OutboxMail.objects.get()).body.split("/mine/open/")[1].split("/")[0]

    opened = confirming.open_mine(token=token, now=NOON + YEAR - timedelta(days=1))
    prove(opened.token, now=NOON + YEAR - timedelta(days=1))

    proof = Proof.objects.get()
    assert proof.expires_on == (NOON + 2 * YEAR - timedelta(days=1)).date()
    assert proof.reminded_on is None  # told again in a year
    assert ageing.expire_all(now=AFTER).signatures == 0


def test_who_wants_no_mail_gets_none(petition):
    proved(petition)
    Signature.objects.update(is_muted=True)

    assert ageing.remind_all(now=SOON).signatures == 0
    assert OutboxMail.objects.count() == 0


def test_who_has_a_proof_that_lasts_gets_no_mail(petition):
    proved(petition)
    signature = signature_of(petition, ASHA)
    longer = further_proof(signature)
    assert ageing.remind_all(now=SOON).signatures == 0

    Proof.objects.filter(pk=longer.pk).update(is_flagged=True)
    assert ageing.remind_all(now=SOON).signatures == 1


def test_a_proof_that_is_over_leaves_the_signature_unverified(petition):
    proved(petition)
    assert cells(petition) == {("employee", "mailbox"): 1}
    assert ageing.expire_all(now=AFTER - timedelta(days=1)).signatures == 0

    assert ageing.expire_all(now=AFTER).signatures == 1
    assert ageing.expire_all(now=AFTER).signatures == 0

    assert cells(petition) == {("employee", "none"): 1}


def test_another_proof_that_still_holds_takes_its_place(petition):
    proved(petition)
    further_proof(signature_of(petition, ASHA))

    ageing.expire_all(now=AFTER)

    assert cells(petition) == {("employee", "signed_mail"): 1}


@pytest.mark.parametrize("other", [{"days": 100}, {"flagged": True}, {"verdict": "alias"}])
def test_another_proof_that_does_not_hold_takes_no_place(petition, other):
    proved(petition)
    further_proof(signature_of(petition, ASHA), **other)

    ageing.expire_all(now=AFTER)

    assert cells(petition) == {("employee", "none"): 1}


def test_after_the_fall_it_can_be_shown_again(petition):
    proved(petition)
    ageing.expire_all(now=AFTER)
    token = confirming.new_visit(signature_of(petition, ASHA), AFTER)

    prove(token, now=AFTER)

    assert cells(petition) == {("employee", "mailbox"): 1}


@pytest.mark.parametrize("verb", ["pause", "close"])
def test_a_closed_count_is_a_snapshot_and_a_paused_one_moves(petition, ben, verb):
    proved(petition)
    getattr(lifecycle, verb)(petition_id=petition.pk, actor=ben, now=NOON)

    reminded, fell = ageing.remind_all(now=SOON), ageing.expire_all(now=AFTER)

    moves = verb == "pause"
    assert (reminded.signatures, fell.signatures) == (moves, moves)
    assert cells(petition) == {("employee", "none" if moves else "mailbox"): 1}


def test_a_night_that_breaks_off_is_finished_by_the_next(petition, monkeypatch):
    for number in range(5):
        proved(petition, f"p{number}@mail.example", f"p{number}@staff.example")
    monkeypatch.setattr(ageing, "SIGNATURES_PER_STEP", 2)
    original, done = proving.count, []

    def breaks(signature, delta):
        done.append(delta)
        if len(done) == 6:  # between the −1 and the +1 of the third signature
            raise RuntimeError
        original(signature, delta)

    monkeypatch.setattr(proving, "count", breaks)
    with pytest.raises(RuntimeError):
        ageing.expire_all(now=AFTER)
    monkeypatch.setattr(proving, "count", original)
    assert cells(petition) == {("employee", "mailbox"): 3, ("employee", "none"): 2}

    assert ageing.expire_all(now=AFTER).signatures == 3
    assert cells(petition) == {("employee", "none"): 5}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_tell_and_count_each_once(team, ben):
    petition = open_petition(team, ben, publication="at_once")
    for number in range(6):
        proved(petition, f"p{number}@mail.example", f"p{number}@staff.example")

    at_once(4, lambda _n: ageing.remind_all(now=SOON))
    assert OutboxMail.objects.count() == 6
    CountEvent.objects.all().delete()
    at_once(4, lambda _n: ageing.expire_all(now=AFTER))

    assert CountEvent.objects.count() == 12
    assert Signature.objects.filter(proof__isnull=True).count() == 6


@pytest.mark.django_db(transaction=True)
def test_who_was_told_while_another_worker_was_asking_is_not_told_again(team, ben, monkeypatch):
    """The other's question begins before the mail is committed, and its lock is had after it."""
    proved(open_petition(team, ben, publication="at_once"))
    ageing_signatures, post_notice = ageing.ageing_signatures, ageing.post_notice
    at_work = Event()

    def post_slowly(**mail):
        post_notice(**mail)
        at_work.set()
        sleep(1)  # the second of two questions of 0.7 s ends after it

    def asked_slowly():
        return ageing_signatures().extra(where=["pg_sleep(0.7)::text = ''"])

    def tell(number):
        if number == 1:
            assert at_work.wait(20)
            monkeypatch.setattr(ageing, "ageing_signatures", asked_slowly)
        return ageing.remind_all(now=SOON)

    monkeypatch.setattr(ageing, "post_notice", post_slowly)
    at_once(2, tell)

    assert OutboxMail.objects.count() == 1


def test_the_nightly_task_runs(petition):
    proved(petition)

    age_proofs()

    assert cells(petition) == {("employee", "mailbox"): 1}


def test_who_left_counts_as_former_by_the_proof_of_that_day_for_good(petition):
    token = proved(petition)

    left = ageing.leave_company(token=token, now=NOON)

    assert left.shown_on == NOON.date()
    assert cells(petition) == {("former", "mailbox"): 1}
    assert ageing.remind_all(now=SOON).signatures == 0
    assert ageing.expire_all(now=AFTER).signatures == 0


def test_a_further_proof_of_who_left_shows_the_past_as_well(petition):
    token = proved(petition)
    ageing.leave_company(token=token, now=NOON)
    signature = signature_of(petition, ASHA)
    further_proof(signature)

    proving.settle_again(signature, without=signature.proof_id)

    assert cells(petition) == {("former", "signed_mail"): 1}


def test_who_left_without_a_proof_stays_unverified(petition):
    token = confirmed(petition, ASHA)

    assert ageing.leave_company(token=token, now=NOON).shown_on is None
    assert cells(petition) == {("former", "none"): 1}


@pytest.mark.parametrize(
    ("relations", "relation", "closed", "code"),
    [
        (["employee", "public"], "employee", False, "no-former"),
        (["employee", "former"], "employee", True, "count-is-final"),
        (["contingent", "former"], "contingent", False, "not-staff"),
        (["public", "former"], "public", False, "not-staff"),
        (["former"], "former", False, "not-staff"),
    ],
)
def test_who_cannot_become_a_former_one_is_told_why(team, ben, relations, relation, closed, code):
    petition = open_petition(team, ben, relations=relations)
    token = confirmed(petition, ASHA, relation)
    if closed:
        close(petition, ben)
    before = cells(petition)

    with pytest.raises(SignatureRefused, match=code):
        ageing.leave_company(token=token, now=NOON)
    assert cells(petition) == before


def opened(petition, address=ASHA):
    client = Client()
    signature = signature_of(petition, address)
    client.cookies[visits.COOKIE] = confirming.new_visit(signature, timezone.now())
    return client


def test_the_page_asks_and_only_the_button_acts(petition):
    proved(petition)
    client, page = opened(petition), reverse("signatures:mine-left")
    receipt = client.get(reverse("signatures:mine")).content.decode()
    assert "I no longer work there" in receipt
    assert "ends on 24 November 2027" in receipt

    assert "you showed on 24 November 2026" in client.get(page).content.decode()
    assert signature_of(petition, ASHA).relation == "employee"
    answer = client.post(page, follow=True).content.decode()

    assert "counted as a former employee now: you showed on 24 November 2026" in answer
    assert "I no longer work there" not in answer
    assert signature_of(petition, ASHA).cell == ("former", "mailbox")
    assert "not counted as one of an employee" in client.post(page).content.decode()


def test_a_petition_without_former_employees_offers_to_stay_or_to_go(team, ben):
    petition = open_petition(team, ben, relations=["employee", "public"])
    proved(petition)
    client, page = opened(petition), reverse("signatures:mine-left")

    for answer in (client.get(page), client.post(page)):
        words = answer.content.decode()
        assert "does not count former employees" in words
        assert "says that you worked there on 24 November 2026" in words
        assert reverse("signatures:mine-withdraw") in words
    assert signature_of(petition, ASHA).relation == "employee"


def test_a_closed_petition_says_as_of_which_day(petition, ben, client):
    close(petition, ben)

    page = client.get(petition.get_absolute_url()).content.decode()

    assert "Signing ended on 24 November 2026: the figures say who worked there then." in page
