"""The way of a signature: entered, confirmed, shown, counted."""

import re

import pytest

from background.actions.outbox import compose
from background.models import OutboxMail
from petitions import ledger
from petitions.models import Petition
from signatures.actions import counting, proving, withdrawing
from signatures.errors import SignatureRefused
from signatures.models import CountEvent, Signature
from tests.factories import confirmed, open_petition, sign
from tests.people import ASHA, ASHA_AT_WORK, NOON
from transparency.actions import append
from transparency.models import LogEntry


def code_in_mail() -> str:
    mail = OutboxMail.objects.filter(kind="proofs.code").latest("due_at")
    return "".join(re.search(r"(\d{4}) (\d{4})", compose(mail).body).groups())


def rows(petition: Petition) -> dict[str, int | None]:
    fresh = Petition.objects.with_texts().get(pk=petition.pk)
    return {row.relation: row.total for row in ledger.statement(fresh).rows}


def test_a_signature_counts_only_once_it_is_confirmed(team, ben):
    petition = open_petition(team, ben)

    sign(petition, ASHA, "public")

    assert CountEvent.objects.count() == 0
    assert Signature.objects.get().state == "pending"


def test_a_proved_employee_moves_the_employees_by_one_and_the_public_not(team, ben):
    petition = open_petition(team, ben, publication="at_once")
    token = confirmed(petition, ASHA)

    proving.begin_proof(
        token=token, method="mailbox", answers={"address": ASHA_AT_WORK}, language="en", now=NOON
    )
    proved = proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)
    counting.fold(now=NOON)

    assert proved.relation == "employee"
    assert rows(petition)["employee"] == 1
    assert rows(petition)["public"] == 0


def test_a_vendor_prefix_counts_as_contingent_staff(team, ben):
    petition = open_petition(team, ben, publication="at_once")
    token = confirmed(petition, ASHA)

    proving.begin_proof(
        token=token,
        method="mailbox",
        answers={"address": "v-asha@staff.example"},
        language="en",
        now=NOON,
    )
    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)
    counting.fold(now=NOON)

    assert rows(petition)["contingent"] == 1
    assert rows(petition)["employee"] == 0


def test_a_wrong_code_is_counted_as_a_try_and_five_end_the_claim(team, ben):
    token = confirmed(open_petition(team, ben), ASHA)
    proving.begin_proof(
        token=token, method="mailbox", answers={"address": ASHA_AT_WORK}, language="en", now=NOON
    )
    right = code_in_mail()
    wrong = "00000000" if right != "00000000" else "11111111"

    for left in (4, 3, 2, 1, 0):
        with pytest.raises(SignatureRefused) as refusal:
            proving.decide_proof(token=token, answers={"code": wrong}, now=NOON)
        assert refusal.value.params == {"left": left}

    with pytest.raises(Exception, match="code-over"):
        proving.decide_proof(token=token, answers={"code": right}, now=NOON)


def test_withdrawing_lowers_the_count_and_erases_the_address(team, ben):
    petition = open_petition(team, ben, publication="at_once")
    token = confirmed(petition, ASHA, "public")
    counting.fold(now=NOON)

    withdrawing.withdraw(token=token, now=NOON)
    counting.fold(now=NOON)

    assert rows(petition)["public"] == 0
    assert Signature.objects.get().reveal_address() == ""


def test_a_confirmed_signature_reaches_the_public_log(team, ben):
    petition = open_petition(team, ben)
    confirmed(petition, ASHA, "public")

    append(now=NOON)

    assert bytes(LogEntry.objects.get().leaf_hash) == bytes(Signature.objects.get().log_leaf)


def test_entries_of_staff_wait_for_a_batch_of_the_floor(team, ben):
    petition = open_petition(team, ben)
    for number in range(9):
        confirmed(petition, f"person{number}@mail.example")
    counting.fold(now=NOON)
    append(now=NOON)
    assert LogEntry.objects.count() == 0

    confirmed(petition, "person9@mail.example")
    counting.fold(now=NOON)
    append(now=NOON)

    assert LogEntry.objects.count() == 10
