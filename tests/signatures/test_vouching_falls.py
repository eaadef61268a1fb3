"""A proof by vouching, when a word is taken back or a voucher loses the own proof."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.errors import Refused
from background.actions import run_job
from background.models import Job
from petitions.models import Total
from proofs.models import Proof, Vouch
from signatures.actions import counting, locking, proving, vouching, withdrawing
from signatures.actions.confirming import new_visit
from signatures.actions.locking import lock_all
from signatures.models import Signature
from tests.factories import confirmed, open_petition, signature_of
from tests.parallel import at_once
from tests.people import ASHA, ASHA_AT_WORK, NOON
from tests.proofs.test_invitation import code_of
from tests.proofs.vouching import WAYS, by_mailbox, phrases, show_mailbox, type_code, vouch


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS)


@pytest.fixture
def devi(petition):
    return by_mailbox(petition, "devi")


@pytest.fixture
def asha(petition, devi):
    """Counted by the words of devi and emil."""
    token = confirmed(petition, ASHA)
    first, second = phrases(token)
    vouch(devi, first)
    vouch(by_mailbox(petition, "emil"), second)
    return token


def me(petition):
    return signature_of(petition, ASHA)


def cells(petition):
    counting.fold(now=NOON)
    assert counting.recount(now=NOON).corrected == 0
    return {
        (t.relation, t.proof): t.total for t in Total.objects.filter(petition=petition) if t.total
    }


def take_back(petition, token, name="devi"):
    (word,) = vouching.vouches_of(signature_of(petition, f"{name}@mail.example"))
    return vouching.take_back(token=token, vouch_id=word.pk, now=NOON)


def test_a_word_taken_back_flags_the_proof_and_the_signature_is_unverified(petition, asha, devi):
    assert cells(petition)["employee", "vouching"] == 1

    take_back(petition, devi)

    assert me(petition).cell == ("employee", "none")
    assert Proof.objects.get(method="vouching").is_flagged
    assert cells(petition) == {("employee", "mailbox"): 2, ("employee", "none"): 1}


def test_the_signer_falls_to_another_proof_where_there_is_one(petition, asha, devi):
    show_mailbox(asha, ASHA_AT_WORK)
    assert me(petition).proof_method == "vouching"

    take_back(petition, devi)

    assert me(petition).cell == ("employee", "mailbox")


def test_the_signer_reads_why_and_can_ask_another(petition, asha, devi, client):
    take_back(petition, devi)
    client.cookies["visit"] = new_visit(me(petition), timezone.now())

    page = client.get("/mine/").content.decode()
    assert "counts no more" in page
    assert "Somebody who vouched for you took that back" in page
    assert "1 of 2 have entered" in page

    (new,) = phrases(asha)
    vouch(by_mailbox(petition, "fay"), new)
    assert me(petition).proof_method == "vouching"
    assert not Proof.objects.get(method="vouching").is_flagged


def test_a_voucher_who_withdraws_takes_every_word_along(petition, asha, devi):
    withdrawing.withdraw(token=devi, now=NOON)

    assert me(petition).cell == ("employee", "none")
    assert cells(petition) == {("employee", "mailbox"): 1, ("employee", "none"): 1}
    assert Vouch.objects.filter(given_on__isnull=False).count() == 1


def test_a_signer_who_withdraws_leaves_the_voucher_none_the_wiser(petition, asha, devi, client):
    client.cookies["visit"] = new_visit(signature_of(petition, "devi@mail.example"), timezone.now())
    before = main_part(client)

    withdrawing.withdraw(token=asha, now=NOON)

    assert main_part(client) == before
    assert take_back(petition, devi).vouches == 1


def test_a_voucher_whose_own_proof_falls_takes_every_word_along(petition, asha):
    """As ageing or a reviewer does it: flag and recount, knowing of nobody else."""
    lose_the_mailbox(petition, "devi")
    assert me(petition).proof_method == "vouching"

    run_jobs()

    assert me(petition).cell == ("employee", "none")
    assert Proof.objects.get(method="vouching").is_flagged


def test_a_voucher_who_has_shown_it_otherwise_keeps_the_words(petition, asha, ben):
    devi = signature_of(petition, "devi@mail.example")
    visit = new_visit(devi, NOON)
    type_code(visit, code_of(petition, ben))
    lose_the_mailbox(petition, "devi")

    run_jobs()

    assert signature_of(petition, "devi@mail.example").proof_method == "invitation"
    assert me(petition).proof_method == "vouching"


def test_a_job_that_comes_again_changes_nothing_more(petition, asha):
    lose_the_mailbox(petition, "devi")
    run_jobs()
    before = cells(petition)

    devi = signature_of(petition, "devi@mail.example")
    assert vouching.look_again(signature_id=devi.pk, now=NOON).vouches == 0

    assert cells(petition) == before


def test_nobody_takes_back_the_word_of_another(petition, asha):
    stranger = by_mailbox(petition, "fay")
    (word,) = vouching.vouches_of(signature_of(petition, "devi@mail.example"))

    with pytest.raises(Refused, match="no-vouch"):
        vouching.take_back(token=stranger, vouch_id=word.pk, now=NOON)

    assert me(petition).is_proved


@pytest.mark.django_db(transaction=True)
def test_words_given_taken_back_and_withdrawn_at_once_end_exact(team, ben):
    petition = open_petition(team, ben, methods=WAYS)
    vouchers = [by_mailbox(petition, f"voucher{n}") for n in range(6)]
    signers = [confirmed(petition, f"signer{n}@mail.example") for n in range(6)]
    told = [phrases(token) for token in signers]
    for n in range(6):
        vouch(vouchers[n], told[n][0])
    words = [
        vouching.vouches_of(signature_of(petition, f"voucher{n}@mail.example"))[0].pk
        for n in range(6)
    ]

    def act(n):
        kind, n = divmod(n, 6)
        if kind == 0:
            return vouch(vouchers[(n + 1) % 6], told[n][1])
        if kind == 1 and n % 2:
            return withdrawing.withdraw(token=vouchers[n], now=NOON)
        if kind == 1:
            return vouching.take_back(token=vouchers[n], vouch_id=words[n], now=NOON)
        return withdrawing.withdraw(token=signers[n], now=NOON) if n % 3 == 0 else None

    outcomes = at_once(18, act)

    faults = [
        one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)
    ]
    assert faults == []
    cells(petition)
    for signature in Signature.objects.filter(petition=petition, proof_method="vouching"):
        words_left = Vouch.objects.filter(subject=signature.pk, given_on__isnull=False)
        assert words_left.count() == 2


def test_locks_are_for_a_transaction(petition, monkeypatch):
    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(locking, "connection", Outside())
    with pytest.raises(RuntimeError, match="transaction"):
        lock_all(set)


def test_what_is_found_while_locking_is_locked_too(petition, asha):
    ids = list(Signature.objects.order_by("pk").values_list("pk", flat=True))
    answers = [{ids[0]}, {ids[0], ids[1]}, {ids[1]}]

    locked = lock_all(lambda: answers.pop(0))

    assert set(locked) == {ids[0], ids[1]}
    assert answers == []


def lose_the_mailbox(petition, name):
    with transaction.atomic():
        signature = Signature.objects.select_for_update(of=("self",)).get(
            pk=signature_of(petition, f"{name}@mail.example").pk
        )
        proof = Proof.objects.get(subject=signature.pk, method="mailbox")
        proof.is_flagged = True
        proof.save()
        if signature.proof_id == proof.pk:
            proving.settle_again(signature, without=proof.pk)


def run_jobs():
    for job in Job.objects.filter(state="waiting"):
        run_job(job_id=job.pk, now=job.due_at + timedelta(seconds=1))
        job.refresh_from_db()
        assert job.state == "done"


def main_part(client):
    """The list without the page's own token."""
    return client.get("/mine/vouches/").content.decode().partition("<main")[2]
