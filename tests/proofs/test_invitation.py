"""Invitation codes: single use, few tries, digests only; and calling a batch back."""

import re
from datetime import timedelta

import pytest

from accounts.errors import Refused
from background.actions import run_job
from background.models import Job
from petitions.models import Total
from privacy.models import AccessRecord
from proofs import policy
from proofs.models import Claim, InvitationBatch, InvitationCode, Proof
from proofs.phrases import grouped
from signatures import cards, reading
from signatures.actions import confirming, counting, invitations, withdrawing
from signatures.models import CountEvent
from tests.factories import confirmed, open_petition, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON
from tests.proofs.pdf import text_of
from tests.proofs.test_vouching import everything
from tests.proofs.vouching import WAYS, issue, type_code


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS)


@pytest.fixture
def asha(petition):
    return confirmed(petition, ASHA)


def codes_on(pdf: bytes) -> list[str]:
    found = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text_of(pdf))
    return [one.replace("-", "") for one in found]


def codes_of(petition, actor, **changed):
    return codes_on(issue(petition, actor, **changed).pdf)


def code_of(petition, actor, **changed):
    return codes_of(petition, actor, number=1, **changed)[0]


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


def test_a_code_shows_what_its_issuer_vouches_for(petition, asha, ben):
    proved = type_code(asha, code_of(petition, ben, relation="contingent"))

    assert (proved.relation, proved.counted) == ("contingent", True)
    proof = signature_of(petition, ASHA).proof
    assert proof.method == "invitation"
    assert proof.expires_on - proof.verified_on == timedelta(days=policy.INVITATION_PROOF_DAYS)


def test_wrong_used_called_back_and_old_codes_get_one_answer(petition, asha, ben):
    used, dead = codes_of(petition, ben, number=2)
    type_code(confirmed(petition, "devi@mail.example"), used)
    old = code_of(petition, ben, valid_until=NOON.date())
    other = open_petition(petition.team, ben, methods=WAYS)
    foreign = code_of(other, ben)
    first = InvitationBatch.objects.get(number=2)
    invitations.call_back(batch_id=first.pk, is_leaked=False, actor=ben, now=NOON)
    tomorrow = NOON + timedelta(days=1)
    visit = confirming.new_visit(signature_of(petition, ASHA), tomorrow)

    answers = []
    for token, code, now in (
        (asha, "0" * 12, NOON), (asha, used, NOON), (asha, dead, NOON), (asha, foreign, NOON),
        (visit, old, tomorrow),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            type_code(token, code, now=now)
        answers.append((refusal.value.code, refusal.value.params["left"]))

    most = policy.INVITATION_TRIES_PER_DAY
    assert answers == [("not-usable", most - n) for n in (1, 2, 3, 4)] + [("not-usable", most - 1)]


def test_tries_are_limited_for_each_signer_and_day(petition, asha, ben):
    code = code_of(petition, ben)
    for _ in range(policy.INVITATION_TRIES_PER_DAY):
        assert refused(type_code, asha, "0" * 12) == "not-usable"

    assert refused(type_code, asha, code) == "tries-over"
    type_code(confirmed(petition, "devi@mail.example"), code)


def test_a_second_code_of_the_same_signer_is_not_used_up(petition, asha, ben):
    first, second = codes_of(petition, ben, number=2)
    type_code(asha, first)

    assert refused(type_code, asha, second) == "shown-already"

    type_code(confirmed(petition, "devi@mail.example"), second)


@pytest.mark.django_db(transaction=True)
def test_one_code_typed_by_twenty_at_once_is_one_proof(team, ben):
    petition = open_petition(team, ben, methods=WAYS)
    code = code_of(petition, ben)
    tokens = [confirmed(petition, f"p{n}@mail.example") for n in range(20)]
    CountEvent.objects.all().delete()

    outcomes = at_once(20, lambda n: type_code(tokens[n], code))

    assert sorted(getattr(one, "code", "proved") for one in outcomes) == (
        ["not-usable"] * 19 + ["proved"]
    )
    assert Proof.objects.count() == 1
    assert InvitationBatch.objects.get().used == 1
    assert sorted(CountEvent.objects.values_list("delta", flat=True)) == [-1, 1]


@pytest.mark.django_db(transaction=True)
def test_calling_back_while_codes_are_used_locks_nobody_out(team, ben):
    petition = open_petition(team, ben, methods=WAYS)
    codes = codes_of(petition, ben, number=12)
    batch = InvitationBatch.objects.get()
    tokens = [confirmed(petition, f"p{n}@mail.example") for n in range(12)]

    def act(n):
        if n == 12:
            return invitations.call_back(batch_id=batch.pk, is_leaked=False, actor=ben, now=NOON)
        return type_code(tokens[n], codes[n])

    outcomes = at_once(13, act)

    assert [
        one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)
    ] == []
    batch.refresh_from_db()
    assert batch.used == Proof.objects.count()
    assert InvitationCode.objects.count() == 0


def test_no_table_holds_a_code_or_joins_a_signature_to_a_batch(petition, asha, ben):
    codes = codes_of(petition, ben)
    type_code(asha, codes[0])

    dumped = everything()
    for code in codes:
        assert code not in dumped
        assert grouped(code) not in dumped
    batch, me = InvitationBatch.objects.get(), signature_of(petition, ASHA)
    assert not [row for row in dumped.splitlines() if str(batch.pk) in row and str(me.pk) in row]
    assert InvitationCode.objects.count() == len(codes) - 1


def test_who_used_which_is_not_logged_and_numbers_only_by_the_floor(team, ben):
    petition = open_petition(team, ben, methods=WAYS, floor=5)
    for n, code in enumerate(codes_of(petition, ben, number=12)):
        type_code(confirmed(petition, f"p{n}@mail.example"), code)

    records = AccessRecord.objects.for_scope(petition.pk).filter(verb__startswith="invitations.")
    said = list(records.order_by("pk").values_list("verb", "actor_id", "detail"))

    assert said == [
        ("invitations.made", ben.pk, {"made": 12}),
        ("invitations.used", None, {"used": 5}),
        ("invitations.used", None, {"used": 10}),
    ]
    assert "signature" not in repr(list(records.values()))


# Calling back -----------------------------------------------------------------------------------
def test_leaked_codes_let_fall_what_they_had_shown_and_nothing_else(petition, asha, ben):
    leaked = codes_of(petition, ben, number=3)
    sound = code_of(petition, ben)
    type_code(asha, leaked[0])
    type_code(confirmed(petition, "devi@mail.example"), leaked[1])
    type_code(confirmed(petition, "emil@mail.example"), sound)
    batch = InvitationBatch.objects.get(number=3)

    invitations.call_back(batch_id=batch.pk, is_leaked=True, actor=ben, now=NOON)
    job = Job.objects.get(kind=invitations.JOB)
    run_job(job_id=job.pk, now=job.due_at)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 100, 100)
    assert signature_of(petition, ASHA).cell == ("employee", "none")
    assert signature_of(petition, "emil@mail.example").cell == ("employee", "invitation")
    counting.fold(now=NOON)
    assert counting.recount(now=NOON).corrected == 0
    assert Total.objects.get(petition=petition, proof="invitation").total == 1
    assert refused(type_code, asha, leaked[2]) == "not-usable"


def test_the_falling_goes_on_after_a_crash(petition, ben, monkeypatch):
    monkeypatch.setattr(invitations, "FALL_AT_ONCE", 2)
    for n, code in enumerate(codes_of(petition, ben, number=5)):
        type_code(confirmed(petition, f"p{n}@mail.example"), code)
    batch = InvitationBatch.objects.get()
    invitations.call_back(batch_id=batch.pk, is_leaked=True, actor=ben, now=NOON)

    def crash(done, _total):
        if done > 50:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        invitations.let_fall(batch_id=batch.pk, progress=crash)
    assert Proof.objects.filter(is_flagged=True).count() == 4

    invitations.let_fall(batch_id=batch.pk, progress=lambda *_: None)

    counting.fold(now=NOON)
    assert counting.recount(now=NOON).corrected == 0
    assert Total.objects.get(petition=petition, proof="none", relation="employee").total == 5


def test_a_withdrawn_signature_keeps_nothing_of_its_invitation(petition, asha, ben):
    type_code(asha, code_of(petition, ben))

    withdrawing.withdraw(token=asha, now=NOON)

    assert not Claim.objects.exists()
    assert not Proof.objects.exists()
    assert InvitationBatch.objects.get().used == 1


# Issuing ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": 0}, "cards-out-of-range"),
        ({"number": 501}, "cards-out-of-range"),
        ({"relation": "shareholder"}, "not-invited"),
        ({"relation": "public"}, "not-invited"),
        ({"occasion": "  "}, "no-occasion"),
        ({"valid_until": NOON.date() - timedelta(days=1)}, "valid-until-out-of-range"),
        ({"valid_until": NOON.date() + timedelta(days=181)}, "valid-until-out-of-range"),
    ],
)
def test_a_batch_has_its_limits(petition, ben, changed, code):
    assert refused(issue, petition, ben, **changed) == code
    assert not InvitationBatch.objects.exists()


def test_only_owners_and_editors_issue_and_only_where_codes_are_accepted(
    petition, team, ben, mo, ada, cleo
):
    for person in (mo, ada, cleo):
        assert refused(issue, petition, person) == "no-right"
    assert refused(issue, open_petition(team, ben), ben) == "no-invitations"


def test_a_batch_whose_cards_cannot_be_set_is_none(petition, ben, monkeypatch):
    monkeypatch.setattr(cards, "pdf", lambda *_a, **_k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        issue(petition, ben)

    assert not InvitationBatch.objects.exists()
    assert not AccessRecord.objects.filter(verb="invitations.made").exists()


def test_cards_show_codes_and_page_and_name_the_petition_only_if_asked(petition, ben):
    neutral, naming = issue(petition, ben).pdf, issue(petition, ben, neutral=False).pdf

    assert len(set(codes_on(neutral))) == 3
    assert "/invited/" in text_of(neutral)
    squeezed = "".join(petition.title.split())
    assert squeezed in "".join(text_of(naming).split())
    for word in (squeezed, "FaceMatch", "Countersign", "petition", "Example Vision"):
        assert word not in "".join(text_of(neutral).split())


def test_five_hundred_cards_are_fifty_pages(petition, ben):
    pdf = issue(petition, ben, number=500).pdf

    assert len(codes_on(pdf)) == 500
    assert len(re.findall(rb"/Type/Page\b", pdf)) == 50


# What the desk shows ----------------------------------------------------------------------------
def used_on_desk(petition):
    return [line.used for line in reading.batches_of(petition, NOON)]


def test_the_desk_shows_used_codes_in_steps_of_the_floor_and_of_all_batches_or_none(team, ben):
    petition = open_petition(team, ben, methods=WAYS, floor=5)
    first, seen = codes_of(petition, ben, number=12), []
    for n, code in enumerate(first):
        type_code(confirmed(petition, f"p{n}@mail.example"), code)
        seen.append(used_on_desk(petition)[0])
    assert seen == [None] * 4 + [5] * 5 + [10] * 3

    second = codes_of(petition, ben, number=6)
    assert used_on_desk(petition) == [None, None]
    for n, code in enumerate(second):
        assert set(used_on_desk(petition)) == ({None} if n < 5 else {5, 10})
        type_code(confirmed(petition, f"q{n}@mail.example"), code)
