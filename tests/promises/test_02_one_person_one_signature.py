"""Promise 2: one person, one signature, held by the database under parallel submits."""

import pytest
from django.db import IntegrityError, transaction

from background.models import OutboxMail
from petitions.models import Petition
from proofs.models import Claim, Proof
from signatures.actions import confirming, counting, proving, signing
from signatures.models import CountEvent, MailCount, Signature
from signatures.policy import MAILS_PER_ADDRESS_PER_DAY
from tests.factories import confirm_link, confirmed, open_petition, sign, signature_of
from tests.parallel import at_once
from tests.people import NOON
from transparency.models import QueuedEntry


def public_total(petition):
    return sum(total.total for total in Petition.objects.get(pk=petition.pk).totals.all())


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_submits_leave_one_signature(team, ben):
    petition = open_petition(team, ben)
    entries = QueuedEntry.objects.count()

    at_once(50, lambda _n: sign(petition, "asha@mail.example", "public"))

    assert Signature.objects.count() == 1
    assert OutboxMail.objects.count() == MAILS_PER_ADDRESS_PER_DAY
    assert MailCount.objects.get().sent == MAILS_PER_ADDRESS_PER_DAY
    assert CountEvent.objects.count() == 0  # nobody has confirmed
    assert QueuedEntry.objects.count() == entries


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_confirmations_count_once(team, ben):
    petition = open_petition(team, ben)
    sign(petition, "asha@mail.example", "public")
    token = confirm_link(petition, "asha@mail.example")
    entries = QueuedEntry.objects.count()

    answers = at_once(50, lambda _n: confirming.confirm(token=token, now=NOON))

    counted = [one for one in answers if isinstance(one, confirming.Confirmed)]
    assert len(counted) == 1
    assert CountEvent.objects.count() == 1
    assert QueuedEntry.objects.count() == entries + 1
    assert MailCount.objects.get().sent == OutboxMail.objects.count() == 1
    counting.fold(now=NOON)
    assert public_total(petition) == 1


@pytest.mark.django_db(transaction=True)
def test_two_hundred_parallel_signatures_are_counted_exactly(team, ben):
    petition = open_petition(team, ben)

    def sign_and_confirm(number):
        address = f"person{number}@mail.example"
        sign(petition, address, "public")
        confirming.confirm(token=confirm_link(petition, address), now=NOON)
        if number % 10 == 0:
            counting.fold(now=NOON)

    answers = at_once(200, sign_and_confirm)

    assert [one for one in answers if one is not None] == []
    counting.fold(now=NOON)
    assert public_total(petition) == 200
    assert CountEvent.objects.count() == 0


@pytest.mark.parametrize(
    "spelling",
    ["ASHA@mail.example", " asha@mail.example", "asha+x@mail.example", "asha@MAIL.example"],
)
def test_spellings_of_one_mailbox_are_one_person(team, ben, spelling):
    petition = open_petition(team, ben)
    sign(petition, "asha@mail.example")

    sign(petition, spelling)

    assert Signature.objects.count() == 1


def test_the_database_refuses_a_second_row_for_one_person(team, ben):
    petition = open_petition(team, ben)
    sign(petition, "asha@mail.example")
    first = signature_of(petition, "asha@mail.example")

    twin = Signature(
        petition=petition,
        version=first.version,
        relation="public",
        address_digest=first.address_digest,
        received_on=NOON.date(),
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_one_work_mailbox_proves_one_signature(team, ben):
    petition = open_petition(team, ben)
    tokens = [confirmed(petition, f"person{n}@mail.example") for n in range(2)]
    answers = {"address": "asha.rao@staff.example"}
    for token in tokens:
        proving.begin_proof(token=token, method="mailbox", answers=answers, language="en", now=NOON)
    kinds = sorted(
        OutboxMail.objects.filter(kind__startswith="proofs").values_list("kind", flat=True)
    )

    assert kinds == ["proofs.code", "proofs.code"]
    claims = list(Claim.objects.all())
    assert claims[0].mailbox_digest == claims[1].mailbox_digest
    first = Proof(scope=petition.pk, subject=claims[0].subject, company=claims[0].company,
                  method="mailbox", verdict="employee", mailbox_digest=claims[0].mailbox_digest,
                  verified_on=NOON.date(), expires_on=NOON.date())  # fmt: skip
    first.save(force_insert=True)
    second = Proof(scope=petition.pk, subject=claims[1].subject, company=claims[0].company,
                   method="mailbox", verdict="employee", mailbox_digest=claims[0].mailbox_digest,
                   verified_on=NOON.date(), expires_on=NOON.date())  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)
    assert signing.address_digest(petition.pk, "a@b.example") != claims[0].mailbox_digest
