"""What waits for reviewers, as their list, their page and their first page show it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from accounts.rights import Right, teams_with
from petitions.desk import Todo, waiting
from petitions.models import Petition
from petitions.relations import Relation
from proofs.models import Document
from signatures.actions.reviewing import verdicts_for
from signatures.models import Signature


@dataclass(frozen=True)
class Waiting:
    """A document that waits. Nothing here tells whose it is."""

    document: Document
    signature: Signature
    opinions: int
    is_mine: bool  # this reviewer has given an opinion

    @property
    def claim_id(self) -> UUID:
        return self.document.pk

    @property
    def petition(self) -> Petition:
        return self.signature.petition

    @property
    def team(self) -> Team:
        return self.petition.team

    @property
    def due(self) -> date:
        return self.document.claim.expires_at.date()

    @property
    def days_left(self) -> int:
        return (self.due - timezone.now().date()).days

    @property
    def is_urgent(self) -> bool:
        return self.days_left <= 1

    @property
    def relations(self) -> list[Relation]:
        """What a reviewer may find."""
        return [Relation(verdict) for verdict in verdicts_for(self.signature)]


def waiting_for(user: User) -> list[Waiting]:
    """The documents that this person may decide on, the most urgent first."""
    teams = teams_with(user, Right.REVIEW_PROOF)
    petitions = Petition.objects.filter(team__in=teams).with_texts().in_bulk()
    documents = Document.objects.waiting_in(list(petitions)).defer("ciphertext")
    return _with_signatures(list(documents.prefetch_related("opinions")), petitions, user)


def find(claim_id: UUID, user: User) -> Waiting:
    """One waiting document; Http404 where it is gone, or is none of this person's business."""
    teams = teams_with(user, Right.REVIEW_PROOF)
    document = Document.objects.select_related("claim__company", "key").filter(pk=claim_id).first()
    petitions = Petition.objects.filter(team__in=teams).with_texts()
    found = petitions.filter(pk=document.claim.scope).in_bulk() if document else {}
    waiting_ones = _with_signatures([document], found, user) if document and found else []
    if not waiting_ones:
        raise Http404
    return waiting_ones[0]


@waiting
def to_review(user: User) -> list[Todo]:
    """Documents that wait for this reviewer's decision."""
    teams = teams_with(user, Right.REVIEW_PROOF)
    scopes = Petition.objects.filter(team__in=teams).values("pk")
    others = Document.objects.waiting_in(scopes).exclude(opinions__reviewer=user)
    first = others.defer("ciphertext").first()
    if first is None:
        return []
    number = others.count()
    words = ngettext(
        "%(n)s document waits for a reviewer, until %(day)s",
        "%(n)s documents wait for a reviewer, the first until %(day)s",
        number,
    )
    text = words % {"n": number, "day": date_format(first.claim.expires_at.date())}
    return [Todo(text=text, url=reverse("signatures:review-list"), verb=_("Look and decide"))]


def _with_signatures(
    documents: list[Document], petitions: dict[UUID, Petition], user: User
) -> list[Waiting]:
    subjects = [document.claim.subject for document in documents]
    rows = (
        Signature.objects.filter(state=Signature.State.CONFIRMED).defer("address").in_bulk(subjects)
    )
    found = []
    for document in documents:
        signature = rows.get(document.claim.subject)
        if signature is None:
            continue
        signature.petition = petitions[document.claim.scope]
        reviewers = [opinion.reviewer_id for opinion in document.opinions.all()]
        found.append(Waiting(document, signature, len(reviewers), user.pk in reviewers))
    return found
