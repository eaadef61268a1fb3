"""Shown together: once enough agreed, told before, all at one moment or none."""

import threading
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from background.actions.outbox import compose
from background.models import OutboxMail
from petitions.actions import lifecycle
from signatures.actions import proving, together, unsubscribing, withdrawing
from signatures.actions.visibility import Choice, choose
from signatures.consents import CONSENTS, SHOW
from signatures.models import Audience, Level, Reveal, Visibility
from signatures.policy import REVEAL_WAIT_HOURS
from signatures.visibility import names_for
from tests.factories import confirmed, open_petition, signature_of
from tests.parallel import at_once
from tests.people import NOON
from tests.signatures.test_sign_and_prove import code_in_mail

AGREED = {SHOW: str(CONSENTS[SHOW])}
DUE = NOON + timedelta(hours=REVEAL_WAIT_HOURS)


@given(st.lists(st.integers(1, 9), max_size=8))
def test_the_group_is_the_largest_that_suits_all_its_members(thresholds):
    suits = [
        size
        for size in range(len(thresholds) + 1)
        for group in combinations(thresholds, size)
        if all(threshold <= size for threshold in group)
    ]

    assert together.largest(thresholds) == max(suits)


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, floor=5)


def prove(token, number):
    answers = {"address": f"person{number}@staff.example"}
    proving.begin_proof(token=token, method="mailbox", answers=answers, language="en", now=NOON)
    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)
    OutboxMail.objects.all().delete()


def colleague(petition, number):
    """A verified employee; returns the token of the visit."""
    token = confirmed(petition, f"person{number}@mail.example")
    prove(token, number)
    return token


def agree(token, number, *, together=5, level=Level.NAME_AND_TITLE, audience=Audience.PUBLIC):
    choices = {audience: Choice(level, together)}
    words = {"name": f"Person N{number}", "title": "Tester", "consents": AGREED}
    choose(token=token, choices=choices, **words, now=NOON)


def step_back(token):
    choose(token=token, choices={}, name="", title="", consents={}, now=NOON)


def shown(petition, audience=Audience.PUBLIC):
    return sorted(line.name for line in names_for(petition, audience))


def mailed():
    return sorted(OutboxMail.objects.values_list("kind", flat=True))


@pytest.fixture
def five(petition):
    """Five verified colleagues who agreed to be shown from five on."""
    tokens = [colleague(petition, number) for number in range(5)]
    for number, token in enumerate(tokens):
        agree(token, number)
    return tokens


def advance(petition, now):
    return together.advance(petition_id=petition.pk, now=now)


def test_four_of_five_are_neither_told_nor_shown(petition):
    for number in range(4):
        agree(colleague(petition, number), number)

    assert advance(petition, NOON) == together.Advanced()
    assert advance(petition, DUE) == together.Advanced()
    assert shown(petition) == []
    assert mailed() == []


def test_the_fifth_lets_all_be_told_and_shown_two_days_later(petition, five):
    assert shown(petition) == []
    assert advance(petition, NOON) == together.Advanced(told=5)
    assert mailed() == ["signatures.reveal_soon"] * 5
    advance(petition, DUE - timedelta(seconds=1))
    assert shown(petition) == []

    assert advance(petition, DUE) == together.Advanced(shown=5)
    assert shown(petition) == [f"Person N{number}" for number in range(5)]
    assert not Reveal.objects.exists()
    assert advance(petition, DUE) == together.Advanced()
    assert mailed() == ["signatures.reveal_soon"] * 5


def test_the_notice_opens_the_signature_and_can_be_stopped(client, petition, five):
    advance(petition, NOON)

    message = compose(OutboxMail.objects.all()[0])

    assert "/mine/open/" in message.body
    assert "at least 5 of you" in message.body
    assert "List-Unsubscribe" in message.extra_headers
    assert "Person" not in message.subject + message.body
    assert petition.title not in message.subject + message.body


def test_who_steps_back_in_time_keeps_all_hidden_and_they_are_told(petition, five):
    advance(petition, NOON)
    OutboxMail.objects.all().delete()

    step_back(five[0])

    assert advance(petition, DUE) == together.Advanced(off=4)
    assert shown(petition) == []
    assert mailed() == ["signatures.reveal_off"] * 4
    assert not Reveal.objects.exists()
    assert advance(petition, DUE) == together.Advanced()


@pytest.mark.parametrize("how", ["withdraw", "mute"])
def test_who_leaves_otherwise_is_not_counted_either(petition, five, how):
    advance(petition, NOON)
    if how == "withdraw":
        withdrawing.withdraw(token=five[0], now=NOON)
    else:
        unsubscribing.set_notices(token=five[0], wanted=False, now=NOON)

    advance(petition, DUE)

    assert shown(petition) == []


def test_one_more_than_needed_may_step_back(petition, five):
    agree(colleague(petition, 5), 5)
    advance(petition, NOON)
    step_back(five[0])

    assert advance(petition, DUE).shown == 5
    assert "Person N0" not in shown(petition)


def test_who_joins_late_is_told_too_before_being_shown(petition, five):
    advance(petition, NOON)
    agree(colleague(petition, 5), 5)

    first = advance(petition, DUE)

    assert (first.shown, first.told) == (5, 1)
    assert "Person N5" not in shown(petition)
    assert advance(petition, DUE + timedelta(hours=REVEAL_WAIT_HOURS)).shown == 1
    assert "Person N5" in shown(petition)


def test_who_asks_for_more_waits_while_the_others_are_shown(petition, five):
    agree(colleague(petition, 5), 5, together=25)
    advance(petition, NOON)

    assert advance(petition, DUE).shown == 5
    assert "Person N5" not in shown(petition)


def test_who_is_not_verified_does_not_count_as_a_colleague(petition):
    for number in range(4):
        agree(colleague(petition, number), number)
    agree(confirmed(petition, "person4@mail.example"), 4)

    assert advance(petition, NOON) == together.Advanced()


def test_audiences_and_petitions_are_apart(petition, team, ben):
    other = open_petition(team, ben, floor=5)
    for number in range(3):
        agree(colleague(petition, number), number)
    agree(colleague(petition, 3), 3, audience=Audience.SIGNERS)
    agree(colleague(other, 4), 4)

    assert together.advance_all(now=NOON) == together.Advanced()


def test_who_is_shown_already_counts_as_one_who_agreed(petition):
    agree(colleague(petition, 0), 0, together=None)
    for number in range(1, 5):
        agree(colleague(petition, number), number)

    assert advance(petition, NOON).told == 4


def test_nothing_is_shown_after_delivery(petition, five, ben):
    advance(petition, NOON)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    lifecycle.deliver(petition_id=petition.pk, words="Handed over.", actor=ben, now=NOON)

    assert advance(petition, DUE) == together.Advanced(off=5)
    assert shown(petition) == []


def test_the_number_that_waits_is_told_in_whole_floors_only(petition, five):
    for number in range(5, 8):
        agree(colleague(petition, number), number, together=50)
    told = set()
    for number in range(8):
        signature = signature_of(petition, f"person{number}@mail.example")
        told.add(together.waiting_besides(signature, Audience.PUBLIC))

    assert told == {5}


@pytest.mark.django_db(transaction=True)
def test_fifty_agree_at_once_and_fifty_workers_show_them_exactly_once(team, ben):
    petition = open_petition(team, ben, floor=5)
    tokens = [colleague(petition, number) for number in range(50)]
    answers = at_once(50, lambda n: agree(tokens[n], n, together=50))
    assert answers == [None] * 50

    told = at_once(50, lambda _n: advance(petition, NOON))
    assert sum(one.told for one in told) == 50
    assert mailed() == ["signatures.reveal_soon"] * 50

    seen, stop = set(), threading.Event()

    def look():
        from django.db import connection

        while not stop.is_set():
            seen.add(Visibility.objects.filter(shown_on__isnull=False).count())
        connection.close()

    reader = threading.Thread(target=look)
    reader.start()
    done = at_once(50, lambda _n: advance(petition, DUE))
    stop.set()
    reader.join()

    assert sum(one.shown for one in done) == 50
    assert seen <= {0, 50}
    assert len(shown(petition)) == 50


@pytest.mark.django_db(transaction=True)
def test_stepping_back_at_the_very_moment_shows_all_who_agreed_or_none(team, ben):
    petition = open_petition(team, ben, floor=5)
    tokens = [colleague(petition, number) for number in range(5)]
    for number, token in enumerate(tokens):
        agree(token, number)
    advance(petition, NOON)

    def act(place):
        if place == 0:
            return step_back(tokens[0])
        if place == 1:
            return withdrawing.withdraw(token=tokens[1], now=NOON)
        return advance(petition, DUE)

    answers = at_once(12, act)

    assert not [one for one in answers if isinstance(one, Exception)]
    rest = {f"Person N{number}" for number in (2, 3, 4)}
    assert set(shown(petition)) in (set(), rest)
    dates = Visibility.objects.values_list("shown_on", flat=True)
    assert len(set(dates)) == 1
