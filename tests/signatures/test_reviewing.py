"""The reviewers' desk: who may look, what a look leaves behind, and what a verdict does."""

from datetime import timedelta

import pytest

from accounts.errors import AccountRefused
from accounts.models import Role
from background.actions.outbox import compose
from background.models import OutboxMail
from petitions import desk
from privacy.models import AccessRecord
from proofs.actions.documents import Finding
from proofs.errors import ProofRefused
from proofs.images import read_picture
from proofs.models import Claim, Document, Opinion, Proof
from signatures.actions import counting, reviewing
from signatures.models import CountEvent, Signature
from tests.documents import PASSPHRASE, decided, give_key, photo, send, sent
from tests.factories import confirmed, open_petition, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON, make_team, member
from tests.signatures.test_sign_and_prove import rows

BEN_AT_HOME = "ben@mail.example"


@pytest.fixture
def petition(team, ben):
    give_key(team)
    return open_petition(team, ben, publication="at_once")


@pytest.fixture
def careful(team, ben):
    give_key(team)
    return open_petition(team, ben, publication="at_once", two_reviewers=True)


@pytest.fixture
def rosa(team):
    return member("rosa", team, Role.REVIEWER)


def verbs(*, but: str = "petition.") -> list[str]:
    found = AccessRecord.objects.order_by("pk").values_list("verb", flat=True)
    return [verb for verb in found if verb.startswith(("document.", "signers."))]


def test_a_verdict_counts_by_document_deletes_it_and_tells_the_signer(petition, ravi):
    claim = sent(petition, ASHA)
    OutboxMail.objects.all().delete()

    reviewed = decided(claim, ravi, name="Asha Rao")
    counting.fold(now=NOON)

    assert (reviewed.is_final, reviewed.counted) == (True, True)
    assert rows(petition)["employee"] == 1
    assert not Document.objects.exists()
    proof = Proof.objects.get()
    assert (proof.method, proof.verdict, str(proof.how)) == ("document", "employee", "by document")
    signature = signature_of(petition, ASHA)
    assert signature.proof_id == proof.pk
    mail = compose(OutboxMail.objects.get())
    assert mail.to == [ASHA]
    for word in ("etition", "ocument", "mployee", "Vision"):
        assert word not in mail.subject + mail.body, word


def test_the_verdict_counts_whatever_was_claimed(petition, ravi):
    decided(sent(petition, ASHA), ravi, "former")
    counting.fold(now=NOON)

    assert (rows(petition)["former"], rows(petition)["employee"]) == (1, 0)


def test_a_refusal_leaves_the_count_and_tells_why(petition, ravi):
    claim = sent(petition, ASHA)

    reviewed = decided(claim, ravi, "", reason="no_company")
    counting.fold(now=NOON)

    claim.refresh_from_db()
    assert (reviewed.is_final, reviewed.counted) == (True, False)
    assert (claim.state, claim.reason) == ("refused", "no_company")
    assert rows(petition)["employee"] == 0
    assert not Document.objects.exists()
    assert not Proof.objects.exists()


def test_a_finding_is_a_verdict_or_a_reason(petition, ravi):
    claim = sent(petition, ASHA)
    for finding in ({"verdict": "", "reason": ""}, {"verdict": "employee", "reason": "too_old"}):
        with pytest.raises(ProofRefused, match="no-reason"):
            decided(claim, ravi, **finding)


def test_only_what_the_petition_asks_for_can_be_found(team, ben, ravi):
    give_key(team)
    petition = open_petition(team, ben, relations=["employee", "public"])
    claim = sent(petition, ASHA)

    for verdict in ("shareholder", "alias", "public"):
        with pytest.raises(ProofRefused, match="relation-not-asked"):
            decided(claim, ravi, verdict)

    assert Document.objects.exists()


def test_nobody_decides_unseen(petition, ravi, rosa):
    claim = sent(petition, ASHA)
    reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=rosa, now=NOON)

    with pytest.raises(ProofRefused, match="look-first"):
        reviewing.decide(claim_id=claim.pk, finding=Finding("employee"), actor=ravi, now=NOON)


@pytest.mark.parametrize("who", ["ben", "mo", "eve", "ada", "cleo"])
def test_only_reviewers_of_the_team_look_or_decide(request, petition, who):
    claim = sent(petition, ASHA)
    person = request.getfixturevalue(who)

    with pytest.raises(AccountRefused, match="no-right"):
        reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=person, now=NOON)
    with pytest.raises(AccountRefused, match="no-right"):
        reviewing.decide(claim_id=claim.pk, finding=Finding("employee"), actor=person, now=NOON)

    assert Document.objects.exists()


def test_a_reviewer_of_another_team_is_a_stranger(petition):
    claim = sent(petition, ASHA)
    other = make_team("other")
    give_key(other)
    stranger = member("stella", other, Role.OWNER, Role.REVIEWER)

    with pytest.raises(AccountRefused, match="no-right"):
        reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=stranger, now=NOON)


def test_every_look_and_every_wrong_passphrase_is_written_down(petition, ravi):
    claim = sent(petition, ASHA)

    with pytest.raises(AccountRefused, match="wrong-passphrase"):
        reviewing.look(
            claim_id=claim.pk, passphrase="guessed by ravi at night", actor=ravi, now=NOON
        )
    decided(claim, ravi)

    assert verbs() == ["document.locked", "signers.document", "document.decided"]
    records = AccessRecord.objects.filter(verb__in=verbs())
    assert {(one.actor_id, one.scope, one.subject) for one in records} == {
        (ravi.pk, petition.pk, f"claim:{claim.pk}")
    }
    assert all(one.detail == {} for one in records)


def test_who_guesses_is_stopped_for_an_hour(petition, ravi, rosa):
    claim = sent(petition, ASHA)
    for minute in range(10):
        AccessRecord.objects.create(
            at=NOON + timedelta(minutes=minute),
            actor_id=ravi.pk,
            verb="document.locked",
            subject="x",
        )

    def look(person, at):
        return reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=person, now=at)

    with pytest.raises(ProofRefused, match="passphrase-tries"):
        look(ravi, NOON + timedelta(minutes=10))
    assert look(rosa, NOON + timedelta(minutes=10)).jpeg
    assert look(ravi, NOON + timedelta(minutes=71)).jpeg


def test_a_look_shows_the_picture_with_the_reviewers_mark(petition, ravi):
    claim = sent(petition, ASHA)

    shown = reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=ravi, now=NOON)

    assert shown.jpeg[:2] == b"\xff\xd8"
    assert shown.jpeg != read_picture(photo()).jpeg
    assert Document.objects.exists()


def test_the_same_picture_and_the_same_name_are_pointed_out(petition, ravi):
    decided(sent(petition, ASHA), ravi, name="Asha Rao")
    again = sent(petition, "a.rao@mail.example")

    shown = reviewing.look(claim_id=again.pk, passphrase=PASSPHRASE, actor=ravi, now=NOON)
    assert shown.same_pictures == 1
    for name in ("RAO, ASHA", "rao asha"):
        with pytest.raises(ProofRefused, match="same-person"):
            decided(again, ravi, name=name)
    assert decided(again, ravi, name="Asha Rao", is_another=True).is_final


def test_names_and_pictures_of_another_petition_are_not_compared(team, ben, petition, ravi):
    decided(sent(petition, ASHA), ravi, name="Asha Rao")
    other = open_petition(team, ben)

    claim = sent(other, ASHA)

    look = reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=ravi, now=NOON)
    assert look.same_pictures == 0
    assert decided(claim, ravi, name="Asha Rao").is_final


def test_two_different_people_must_find_the_same(careful, ravi, rosa):
    claim = sent(careful, ASHA)

    first = decided(claim, ravi, name="Asha Rao")
    with pytest.raises(ProofRefused, match="opinion-given"):
        decided(claim, ravi)
    assert (first.is_final, Proof.objects.count(), CountEvent.objects.count()) == (False, 0, 1)
    second = decided(claim, rosa)

    assert (second.is_final, second.counted) == (True, True)
    assert not Opinion.objects.exists()
    assert Proof.objects.get().person_digest is not None  # as the first one read it


def test_where_two_differ_a_third_is_asked(team, careful, ravi, rosa):
    claim = sent(careful, ASHA)
    third = member("rui", team, Role.REVIEWER)

    assert not decided(claim, ravi, "employee").is_final
    assert not decided(claim, rosa, "", reason="doubtful").is_final
    assert decided(claim, third, "", reason="no_company").is_final

    claim.refresh_from_db()
    assert (claim.state, claim.reason) == ("refused", "no_company")
    assert not Document.objects.exists()


def test_a_proof_by_mailbox_is_kept_beside_it_and_counted_once(petition, ravi):
    from signatures.actions import proving
    from tests.signatures.test_sign_and_prove import code_in_mail

    token = confirmed(petition, ASHA)
    address = {"address": "asha.rao@staff.example"}
    proving.begin_proof(token=token, method="mailbox", answers=address, language="en", now=NOON)
    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)

    decided(send(token), ravi)
    counting.fold(now=NOON)

    assert rows(petition)["employee"] == 1
    assert sorted(Proof.objects.values_list("method", flat=True)) == ["document", "mailbox"]


def test_reviewers_see_on_their_first_page_what_waits(petition, ravi, rosa, cleo):
    assert not [todo for todo in desk.desk_of(ravi).todo if "document" in todo.text]
    sent(petition, ASHA)
    sent(petition, BEN_AT_HOME, photo("BEN OKE"))

    for person, number in ((ravi, 1), (cleo, 0)):
        texts = [todo.text for todo in desk.desk_of(person).todo if "document" in todo.text]
        assert len(texts) == number, person
    assert "2 documents wait" in texts_of(ravi)


def texts_of(person) -> str:
    return " ".join(todo.text for todo in desk.desk_of(person).todo)


@pytest.mark.django_db(transaction=True)
def test_reviewers_who_decide_at_once_give_one_verdict_and_one_count(team, ben, ravi, rosa):
    give_key(team)
    petition = open_petition(team, ben, publication="at_once")
    claim = sent(petition, ASHA)
    counting.fold(now=NOON)
    for person in (ravi, rosa):
        reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=person, now=NOON)
    OutboxMail.objects.all().delete()
    findings = [Finding("employee"), Finding("contingent"), Finding("", "too_old")]

    answers = at_once(
        12,
        lambda place: reviewing.decide(
            claim_id=claim.pk,
            finding=findings[place % 3],
            actor=(ravi, rosa)[place % 2],
            now=NOON,
        ),
        threads=12,
    )

    done = [answer for answer in answers if not isinstance(answer, Exception)]
    assert len(done) == 1, answers
    assert {str(answer) for answer in answers if isinstance(answer, Exception)} == {"document-gone"}
    assert CountEvent.objects.count() == (2 if done[0].counted else 0)
    assert Proof.objects.count() == done[0].counted
    assert OutboxMail.objects.count() == 1
    assert AccessRecord.objects.filter(verb="document.decided").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_decide_together(team, ben, ravi, rosa):
    give_key(team)
    claim = sent(open_petition(team, ben, two_reviewers=True), ASHA)
    for person in (ravi, rosa):
        reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=person, now=NOON)

    answers = at_once(
        2,
        lambda place: reviewing.decide(
            claim_id=claim.pk, finding=Finding("employee"), actor=(ravi, rosa)[place], now=NOON
        ),
    )

    assert sorted(answer.is_final for answer in answers) == [False, True]
    assert (Proof.objects.count(), Document.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_beside_a_verdict_leaves_nothing_counted(team, ben, ravi):
    from signatures.actions import withdrawing

    give_key(team)
    petition = open_petition(team, ben, publication="at_once")
    token = confirmed(petition, ASHA)
    claim = send(token)
    reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=ravi, now=NOON)
    acts = [
        lambda: withdrawing.withdraw(token=token, now=NOON),
        lambda: reviewing.decide(
            claim_id=claim.pk, finding=Finding("employee"), actor=ravi, now=NOON
        ),
    ]

    at_once(2, lambda place: acts[place]())
    counting.fold(now=NOON)

    assert Signature.objects.get().state == "withdrawn"
    assert rows(petition)["employee"] == 0
    assert counting.recount(now=NOON).corrected == 0
    assert [m.objects.count() for m in (Document, Proof, Claim)] == [0, 0, 0]
