"""The code to a work mailbox: typed in time, in few tries, once per mailbox."""

from datetime import timedelta
from uuid import uuid4

import pytest

from background.models import OutboxMail
from proofs import policy
from proofs.actions import claiming
from proofs.actions.claiming import NotShown
from proofs.errors import ProofRefused
from proofs.methods.base import Asked
from proofs.models import Claim, Proof
from proofs.verdicts import Verdict
from tests.factories import make_company
from tests.parallel import at_once
from tests.people import ASHA_AT_WORK, NOON
from tests.signatures.test_sign_and_prove import code_in_mail

SCOPE, ME = uuid4(), uuid4()


@pytest.fixture
def company(db):
    return make_company()


def begin(company, address=ASHA_AT_WORK, subject=ME, now=NOON):
    asked = Asked(SCOPE, subject, company, "employee", "en", now)
    return claiming.begin(method="mailbox", asked=asked, answers={"address": address})


def decide(code, subject=ME, now=NOON):
    return claiming.decide(subject=subject, answers={"code": code}, now=now)


def test_the_right_code_is_a_proof_with_a_day_on_which_it_ends(company):
    begin(company)

    decided = decide(code_in_mail())

    proof = Proof.objects.get()
    assert decided.verdict == Verdict.EMPLOYEE
    assert proof.expires_on - proof.verified_on == timedelta(days=policy.MAILBOX_PROOF_DAYS)


def test_neither_claim_nor_proof_holds_the_address_or_the_code(company):
    begin(company)
    code = code_in_mail()
    decide(code)

    kept = repr(list(Claim.objects.values())) + repr(list(Proof.objects.values()))
    assert "asha" not in kept
    assert code not in kept


def test_a_wrong_code_leaves_tries_and_then_none(company):
    begin(company)
    right = code_in_mail()
    wrong = f"{(int(right) + 1) % 10**8:08d}"

    left = [decide(wrong).left for _ in range(policy.CODE_TRIES_MAX)]

    assert left == list(range(policy.CODE_TRIES_MAX - 1, -1, -1))
    assert refused(decide, right) == "code-over"


def test_a_code_ends_after_its_minutes(company):
    begin(company)

    assert (
        refused(decide, code_in_mail(), now=NOON + timedelta(minutes=policy.CODE_MINUTES))
        == "code-over"
    )


def test_a_new_code_ends_the_one_before(company):
    begin(company)
    first = code_in_mail()
    begin(company, now=NOON + timedelta(minutes=1))

    outcome = decide(first, now=NOON + timedelta(minutes=1))

    assert outcome == NotShown(policy.CODE_TRIES_MAX - 1)


def test_a_code_of_somebody_else_shows_nothing(company):
    begin(company)
    stranger = uuid4()

    assert refused(decide, code_in_mail(), subject=stranger) == "code-over"


def test_a_used_mailbox_gets_no_second_code(company):
    begin(company)
    decide(code_in_mail())
    OutboxMail.objects.all().delete()

    begin(company, "Asha.Rao+again@staff.example", subject=uuid4())

    assert OutboxMail.objects.get().kind == "proofs.used"


def test_a_mailbox_and_a_person_get_so_many_codes_a_day(company):
    for _ in range(policy.CODES_PER_MAILBOX_PER_DAY + 2):
        begin(company, subject=uuid4())
    assert OutboxMail.objects.count() == policy.CODES_PER_MAILBOX_PER_DAY

    OutboxMail.objects.all().delete()
    for number in range(policy.CODES_PER_SUBJECT_PER_DAY + 2):
        begin(company, f"person{number}@staff.example")
    assert OutboxMail.objects.count() == policy.CODES_PER_SUBJECT_PER_DAY


@pytest.mark.django_db(transaction=True)
def test_of_two_signatures_with_one_mailbox_at_once_one_is_proved():
    company = make_company()
    subjects, codes = [uuid4() for _ in range(8)], {}
    for subject in subjects[: policy.CODES_PER_MAILBOX_PER_DAY]:
        begin(company, subject=subject)
        codes[subject] = code_in_mail()
        OutboxMail.objects.all().delete()
    subjects = list(codes)

    outcomes = at_once(len(subjects), lambda n: decide(codes[subjects[n]], subjects[n]))

    assert Proof.objects.count() == 1
    assert {getattr(outcome, "code", "proved") for outcome in outcomes} == {
        "proved",
        "mailbox-used",
    }


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_get_no_more_tries_than_one_after_another():
    begin(make_company())
    right = int(code_in_mail())
    OutboxMail.objects.all().delete()

    at_once(20, lambda place: decide(f"{(right + 1 + place) % 10**8:08d}"))

    assert Claim.objects.get().tries == policy.CODE_TRIES_MAX
    assert refused(decide, f"{right:08d}") == "code-over"


def refused(act, *args, **kwargs):
    with pytest.raises(ProofRefused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code
