"""The one place that decides whose name an audience reads; every page and export asks it.

What everybody reads, the narrower audiences read too. A signature shows only while it counts: staff
once their relation is shown, nobody who took it back or was set aside.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import MD5, Cast, Concat
from django.utils.functional import Promise

from petitions.models import Petition
from petitions.relations import STAFF, Relation
from privacy import keys
from privacy.errors import KeyDestroyed
from signatures.models import Audience, Level, Signature
from signatures.policy import NAMES_PER_PAGE

# From the least to the most. Staff of the company addressed are listed as such, so that a name
# tells the company as well, and each level holds what the ones before it tell.
ORDER = (
    Level.COUNTED,
    Level.TITLE_AND_COMPANY,
    Level.FIRST_NAME_AND_TITLE,
    Level.NAME_AND_TITLE,
)
RANK: dict[str, int] = {level: rank for rank, level in enumerate(ORDER)}
COUNTING = Q(state=Signature.State.CONFIRMED, marked_on=None, anonymised_on=None) & (
    Q(proof__isnull=False) | Q(relation=Relation.PUBLIC)
)


@dataclass(frozen=True)
class Shown:
    """One line of a list: what the audience may read, and nothing else."""

    relation: str
    name: str
    title: str

    @property
    def relation_label(self) -> Promise | str:
        return Relation(self.relation).label

    @property
    def is_staff(self) -> bool:
        return self.relation in STAFF

    @property
    def words(self) -> str:
        return ", ".join(part for part in (self.name, self.title) if part)


def with_rank(
    signatures: QuerySet[Signature], audience: Audience, *, of_staff: bool = True
) -> QuerySet[Signature]:
    """Annotate `rank`: how much this audience may read of each (RANK); 0 where nothing.

    of_staff: whether the reader gets from staff more than everybody does.
    """
    own = Q(visibilities__audience=audience)
    if not of_staff:
        own &= ~Q(relation__in=STAFF)
    of_it = own | Q(visibilities__audience=Audience.PUBLIC)
    rank = Case(
        *[When(visibilities__level=level, then=Value(rank)) for level, rank in RANK.items()],
        output_field=IntegerField(),
    )
    shown = of_it & Q(visibilities__shown_on__isnull=False)
    counted = Case(When(COUNTING, then=Max(rank, filter=shown, default=0)), default=Value(0))
    return signatures.annotate(rank=counted)


def shown_to(
    audience: Audience, petition: Petition, *, reader: Signature | None = None
) -> QuerySet[Signature]:
    """The signatures of which this audience may read something.

    reader: who looks, among fellow signers: names of staff are for those who showed that they
    belong to the staff too, as anybody can sign as a member of the public.
    In a random order of its own, by a secret of each row: neither time nor another list shows.
    """
    own = Signature.objects.filter(petition=petition).defer("address", "consents")
    of_staff = audience != Audience.SIGNERS or (reader is not None and is_proved_staff(reader))
    rows: QuerySet[Any] = with_rank(own, audience, of_staff=of_staff)
    rows = rows.filter(rank__gt=0)
    secret = Cast("log_salt", CharField())
    order = MD5(Concat(Value(audience.value), secret, output_field=CharField()))
    return rows.order_by(order, "pk")


def may_read_fellows(signature: Signature) -> bool:
    """Whether the owner of this signature may read the list of fellow signers at all."""
    return Signature.objects.filter(COUNTING, pk=signature.pk).exists()


def is_proved_staff(signature: Signature) -> bool:
    return signature.relation in STAFF and signature.is_proved


def page_of(
    audience: Audience,
    petition: Petition,
    number: str | None,
    *,
    reader: Signature | None = None,
    size: int = NAMES_PER_PAGE,
) -> tuple[Page, list[Shown]]:
    """One page of a list; only its own lines are decrypted."""
    page = Paginator(shown_to(audience, petition, reader=reader), size).get_page(number)
    with keys.remembering():
        return page, [line(signature) for signature in page]


def first_of(audience: Audience, petition: Petition, number: int) -> list[Shown]:
    """The first so many lines of a list."""
    with keys.remembering():
        return [line(signature) for signature in shown_to(audience, petition)[:number]]


def names_for(petition: Petition, audience: Audience) -> Iterator[Shown]:
    """Every line of an audience's list, for a delivery or an export."""
    return map(line, shown_to(audience, petition).iterator())


def line(signature: Signature) -> Shown:
    """What the audience for which `rank` was asked may read of this signature."""
    return _cut(signature, ORDER[getattr(signature, "rank")])  # noqa: B009 - an annotation


def as_shown(signature: Signature, level: str) -> Shown:
    """How its owner would stand in a list, for the owner alone."""
    return _cut(signature, Level(level))


def _cut(signature: Signature, level: Level) -> Shown:
    name = title = ""
    try:
        if level != Level.COUNTED:
            title = signature.reveal_title()
        if RANK[level] >= RANK[Level.FIRST_NAME_AND_TITLE]:
            name = signature.reveal_name()
    except KeyDestroyed:  # erased with the petition's key: the lists go on, without it
        return Shown(signature.relation, "", "")
    if level == Level.FIRST_NAME_AND_TITLE:
        name = name.partition(" ")[0]
    return Shown(signature.relation, name, title)
