"""A reviewed document: sent, kept encrypted, bound to its claim, and gone with the verdict."""

from datetime import timedelta

import pyrage
import pytest

from accounts.actions import review_keys
from accounts.errors import AccountRefused
from accounts.models import ReviewKey, Role
from background.actions.outbox import compose
from background.models import OutboxMail
from proofs.actions import documents
from proofs.errors import ProofRefused
from proofs.images import read_picture
from proofs.models import Claim, Document, Opinion, Proof
from signatures.actions import reviewing, withdrawing
from signatures.actions.proving import ways_of
from signatures.errors import SignatureRefused
from signatures.models import Signature
from tests.documents import PASSPHRASE, decided, give_key, photo, send, sent
from tests.factories import confirmed, open_petition, signature_of
from tests.people import ASHA, NOON, member

LATER, HALF_AN_HOUR = NOON + timedelta(days=8), timedelta(minutes=30)


@pytest.fixture
def petition(team, ben):
    give_key(team)
    return open_petition(team, ben, publication="at_once")


def names(signature):
    return [way.name for way in ways_of(signature)]


def test_it_is_offered_only_where_the_team_has_a_key(team, ben):
    petition = open_petition(team, ben)
    token = confirmed(petition, ASHA)
    signature = signature_of(petition, ASHA)
    assert "document" not in names(signature)
    with pytest.raises(SignatureRefused, match="no-way"):
        send(token)

    give_key(team)

    assert "document" in names(signature)


@pytest.mark.parametrize("relation", ["employee", "contingent", "former", "shareholder"])
def test_it_shows_every_relation_but_the_publics(petition, relation):
    token = confirmed(petition, ASHA, relation)
    claim = send(token)

    assert claim.state == "waiting"
    assert claim.expires_at == NOON + timedelta(days=petition.review_days)


def test_the_key_is_made_by_who_manages_the_team_and_opens_by_its_passphrase(team, ben, ravi):
    with pytest.raises(AccountRefused, match="no-right"):
        review_keys.make_review_key(team=team, passphrase=PASSPHRASE, actor=ravi, now=NOON)
    with pytest.raises(AccountRefused, match="passphrase-short"):
        review_keys.make_review_key(team=team, passphrase="short  " * 2, actor=ben, now=NOON)

    review_keys.make_review_key(team=team, passphrase=PASSPHRASE, actor=ben, now=NOON)

    key = ReviewKey.objects.get()
    assert str(key.unlock(f"  {PASSPHRASE.replace(' ', '   ')} ").to_public()) == key.recipient
    with pytest.raises(AccountRefused, match="wrong-passphrase"):
        key.unlock(PASSPHRASE.title())
    assert b"AGE-SECRET-KEY" not in bytes(key.identity)


def test_a_new_key_serves_new_documents_and_the_old_one_goes_with_its_last(team, ben, petition):
    ravi = member("ravi", team, Role.REVIEWER)
    old = sent(petition, ASHA)
    words = "another phrase of the reviewers"
    review_keys.make_review_key(team=team, passphrase=words, actor=ben, now=NOON)
    new = sent(petition, "ben@mail.example", photo("BEN OKE"))

    reviewing.expire(now=NOON)
    assert ReviewKey.objects.count() == 2
    with pytest.raises(AccountRefused, match="wrong-passphrase"):
        reviewing.look(claim_id=new.pk, passphrase=PASSPHRASE, actor=ravi, now=NOON)
    decided(old, ravi)
    reviewing.expire(now=NOON)

    assert [key.retired_on for key in ReviewKey.objects.all()] == [None]
    assert Document.objects.get().key == ReviewKey.objects.get()


def test_what_is_stored_opens_by_the_passphrase_alone(petition):
    claim = sent(petition, ASHA)
    document = Document.objects.select_related("claim", "key").get(pk=claim.pk)
    picture = read_picture(photo()).jpeg

    assert picture[1000:1040] not in bytes(document.ciphertext)
    assert documents.reveal(document=document, passphrase=PASSPHRASE) == picture


def test_a_ciphertext_moved_to_another_claim_does_not_open(petition):
    claims = [sent(petition, ASHA), sent(petition, "ben@mail.example", photo("BEN OKE"))]
    first, second = (Document.objects.get(pk=claim.pk) for claim in claims)
    Document.objects.filter(pk=second.pk).update(ciphertext=first.ciphertext)
    second.refresh_from_db()

    with pytest.raises(ProofRefused, match="document-altered"):
        documents.reveal(document=second, passphrase=PASSPHRASE)


def test_what_somebody_else_encrypted_to_the_key_does_not_open(petition):
    """The recipient stands in the database; who can write there must not plant a document."""
    claim = sent(petition, ASHA)
    document = Document.objects.get(pk=claim.pk)
    recipient = pyrage.x25519.Recipient.from_str(document.key.recipient)
    planted = pyrage.encrypt(bytes(32) + read_picture(photo("BEN OKE")).jpeg, [recipient])
    for ciphertext in (planted, planted[:-1], b"", b"age-encryption.org/v1\n"):
        document.ciphertext = ciphertext

        with pytest.raises(ProofRefused, match="document-altered"):
            documents.reveal(document=document, passphrase=PASSPHRASE)


def test_one_document_waits_at_a_time(petition):
    token = confirmed(petition, ASHA)
    send(token)

    with pytest.raises(ProofRefused, match="document-waits"):
        send(token)

    assert Document.objects.count() == 1


def test_after_three_refusals_no_other_document_is_taken(team, petition):
    ravi = member("ravi", team, Role.REVIEWER)
    token = confirmed(petition, ASHA)
    for day in range(3):
        claim = send(token, now=NOON + timedelta(minutes=day))
        decided(claim, ravi, "", reason="too_old")

    with pytest.raises(ProofRefused, match="documents-used-up"):
        send(token)


def test_a_signer_cannot_fill_the_desk_by_taking_back(petition):
    token = confirmed(petition, ASHA)
    for _ in range(5):
        send(token)
        reviewing.take_back(token=token, now=NOON)

    with pytest.raises(ProofRefused, match="documents-today"):
        send(token)

    assert Document.objects.count() == 0


def test_the_signer_is_told_the_day_in_neutral_words(petition):
    sent(petition, ASHA)

    mail = compose(OutboxMail.objects.get(kind="signatures.document_received"))

    assert mail.to == [ASHA]
    assert "1 December 2026" in mail.body or "Dec. 1, 2026" in mail.body
    for word in ("etition", "ocument", "adge", "Vision", "Countersign"):
        assert word not in mail.subject + mail.body, word


def test_undecided_documents_are_deleted_on_their_day_and_the_signer_is_told(petition):
    claim = sent(petition, ASHA)
    other = send(confirmed(petition, "ben@mail.example"), photo("BEN OKE"), now=NOON + HALF_AN_HOUR)
    OutboxMail.objects.all().delete()

    assert reviewing.expire(now=NOON + timedelta(days=7)).documents == 1
    assert reviewing.expire(now=NOON + timedelta(days=7)).documents == 0

    claim.refresh_from_db()
    assert claim.state == "over"
    assert list(Document.objects.values_list("pk", flat=True)) == [other.pk]
    assert compose(OutboxMail.objects.get(kind="signatures.document_over")).to == [ASHA]


def test_one_that_cannot_be_expired_does_not_keep_the_others(petition, caplog):
    broken, fine = sent(petition, ASHA), sent(petition, "ben@mail.example", photo("BEN OKE"))
    signature = signature_of(petition, ASHA)
    Signature.objects.filter(pk=signature.pk).update(address=b"\x01garbled")

    assert reviewing.expire(now=LATER).documents == 1

    assert list(Document.objects.values_list("pk", flat=True)) == [broken.pk]
    assert Claim.objects.get(pk=fine.pk).state == "over"
    assert ASHA not in caplog.text


def test_a_muted_signer_gets_no_mail(team, petition):
    token = confirmed(petition, ASHA)
    Signature.objects.update(is_muted=True)
    OutboxMail.objects.all().delete()

    claim = send(token)
    decided(claim, member("ravi", team, Role.REVIEWER))

    assert not OutboxMail.objects.exists()


def test_withdrawing_erases_the_document_its_opinions_and_its_proof(team, ben):
    give_key(team)
    petition = open_petition(team, ben, two_reviewers=True)
    first, second = member("ravi", team, Role.REVIEWER), member("rosa", team, Role.REVIEWER)
    waits, shown = confirmed(petition, ASHA), confirmed(petition, "ben@mail.example")
    decided(send(waits), first)
    claim = send(shown, photo("BEN OKE"))
    decided(claim, first)
    decided(claim, second)
    assert (Document.objects.count(), Opinion.objects.count(), Proof.objects.count()) == (1, 1, 1)

    for token in (waits, shown):
        withdrawing.withdraw(token=token, now=NOON)

    left = [Document, Opinion, Proof, Claim]
    assert [model.objects.count() for model in left] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Asha Rao", "RAO, Asha", True),
        ("José Núñez", "jose  nunez", True),
        ("Ａｓｈａ Rao", "asha rao", True),
        ("Asha Rao", "Asha Roa", False),
        ("Asha", "Asha Rao", False),
    ],
)
def test_names_are_the_same_however_they_are_printed(petition, one, other, same):
    digests = [documents.person_digest(name, petition.pk) for name in (one, other)]

    assert (digests[0] == digests[1]) is same
    assert documents.person_digest(" –.", petition.pk) is None
