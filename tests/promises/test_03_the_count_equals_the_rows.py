"""Promise 3: the count equals the rows; what is wrong is repaired and published."""

from datetime import timedelta

import pytest
from django.db import transaction

from petitions import ledger
from petitions.actions import ledger as verbs
from petitions.models import Correction, Petition, Total
from signatures.actions import confirming, counting, withdrawing
from signatures.models import CountEvent, Signature
from tests.factories import confirm_link, confirmed, open_petition, sign
from tests.parallel import at_once
from tests.people import NOON


def cells(petition):
    return {
        (t.relation, t.proof): t.total for t in Total.objects.filter(petition=petition) if t.total
    }


def rows(petition):
    counted = {}
    for signature in Signature.objects.filter(petition=petition).countable():
        counted[signature.cell] = counted.get(signature.cell, 0) + 1
    return counted


def test_a_confirmation_that_fails_halfway_leaves_no_event(team, ben, monkeypatch):
    petition = open_petition(team, ben)
    sign(petition, "asha@mail.example", "public")
    token = confirm_link(petition, "asha@mail.example")
    monkeypatch.setattr(confirming, "new_link", lambda *_a, **_k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        confirming.confirm(token=token, now=NOON)

    assert CountEvent.objects.count() == 0
    assert Signature.objects.get().state == "pending"


def test_folding_that_breaks_off_loses_no_event(team, ben, monkeypatch):
    petition = open_petition(team, ben)
    confirmed(petition, "asha@mail.example", "public")
    monkeypatch.setattr(counting, "release", lambda **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        counting.fold(now=NOON)
    assert CountEvent.objects.count() == 1
    monkeypatch.undo()

    counting.fold(now=NOON)

    assert cells(petition) == rows(petition) == {("public", "none"): 1}


@pytest.mark.django_db(transaction=True)
def test_eight_folders_at_once_count_each_event_once(team, ben):
    petition = open_petition(team, ben)
    for number in range(20):
        confirmed(petition, f"person{number}@mail.example", "public")

    at_once(8, lambda _n: counting.fold(now=NOON))

    assert cells(petition) == rows(petition)


def test_a_count_event_outside_the_change_is_refused(team, ben):
    petition = open_petition(team, ben)
    confirmed(petition, "asha@mail.example", "public")
    signature = Signature.objects.get()

    class Outside:
        in_atomic_block = False

    original, counting.connection = counting.connection, Outside()
    try:
        with pytest.raises(RuntimeError, match="transaction"):
            counting.count(signature, 1)
    finally:
        counting.connection = original


def test_a_recount_repairs_the_total_and_publishes_the_correction(team, ben, client):
    petition = open_petition(team, ben)
    confirmed(petition, "asha@mail.example", "public")
    counting.fold(now=NOON)
    Total.objects.filter(petition=petition, relation="public").update(total=5, shown=5)

    recounted = counting.recount(now=NOON)

    assert recounted.corrected == 1
    assert cells(petition) == rows(petition)
    assert Correction.objects.values_list("was", "now_is").get() == (5, 1)
    assert "5 became 1" in client.get(petition.get_absolute_url()).content.decode()


def test_a_recount_counts_waiting_events_as_well(team, ben):
    petition = open_petition(team, ben)
    confirmed(petition, "asha@mail.example", "public")

    assert counting.recount(now=NOON).corrected == 0
    counting.fold(now=NOON)
    assert counting.recount(now=NOON).corrected == 0
    assert cells(petition) == rows(petition)


def test_withdrawals_and_confirmations_in_any_order_end_exact(team, ben):
    petition = open_petition(team, ben)
    for number in range(6):
        token = confirmed(petition, f"person{number}@mail.example", "public")
        if number % 2:
            withdrawing.withdraw(token=token, now=NOON)
        if number == 3:
            counting.fold(now=NOON)

    counting.fold(now=NOON)

    assert cells(petition) == rows(petition) == {("public", "none"): 3}


def test_the_statement_never_shows_a_staff_cell_below_the_floor(team, ben):
    petition = open_petition(team, ben)
    seen = set()
    for number in range(23):
        with transaction.atomic():
            Total.objects.update_or_create(
                petition=petition,
                relation="employee",
                proof="mailbox",
            )
        ledger_change(petition, number)
        fresh = Petition.objects.with_texts().get(pk=petition.pk)
        row = next(r for r in ledger.statement(fresh).rows if r.relation == "employee")
        seen.add(row.total)
    assert seen == {None, 10, 20}


def test_a_staff_signature_that_is_not_shown_yet_leaves_no_time(team, ben):
    petition = open_petition(team, ben)
    later = NOON + timedelta(hours=3)

    verbs.apply(petition_id=petition.pk, changes={("employee", "mailbox"): 1}, now=later)
    said = ledger.statement(Petition.objects.with_texts().get(pk=petition.pk))
    assert said.as_of == NOON

    verbs.apply(petition_id=petition.pk, changes={("employee", "mailbox"): 9}, now=later)
    said = ledger.statement(Petition.objects.with_texts().get(pk=petition.pk))
    assert said.as_of == later


def ledger_change(petition, _number):
    verbs.apply(petition_id=petition.pk, changes={("employee", "mailbox"): 1}, now=NOON)
