"""The petition: who asks, who may sign, in which state it stands."""

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import Right, teams_with
from petitions.models.version import Version
from petitions.policy import (
    KEEP_DAYS,
    KEEP_DAYS_MAX,
    REVIEW_DAYS,
    REVIEW_DAYS_MAX,
    SMALL_CELL_FLOOR,
    SMALL_CELL_FLOOR_MIN,
    VOUCHERS,
    VOUCHERS_MAX,
    VOUCHERS_MIN,
)
from petitions.relations import Relation
from register.models import Company, Contract

if TYPE_CHECKING:
    from petitions.models.target import Target


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    OPEN = "open", _("open")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")
    DELIVERED = "delivered", _("delivered")
    ANSWERED = "answered", _("answered")
    ARCHIVED = "archived", _("archived")
    REJECTED = "rejected", _("rejected")
    REMOVED = "removed", _("removed")


# States in which the public page shows the text. A rejected petition shows its reason only.
PUBLISHED = (
    State.OPEN,
    State.PAUSED,
    State.CLOSED,
    State.DELIVERED,
    State.ANSWERED,
    State.ARCHIVED,
)


# States in which signing is over for good; the retention schedule counts from the first of them.
ENDED = (State.CLOSED, State.REMOVED)


class Publication(models.TextChoices):
    BATCHED = "batched", _("in batches: small groups stay hidden")
    AT_ONCE = "at_once", _("at once: each new signature shows")


class PetitionQuerySet(models.QuerySet["Petition"]):
    def published(self) -> Self:
        """Those whose text anyone may read."""
        return self.filter(state__in=PUBLISHED)

    def open(self) -> Self:
        return self.filter(state=State.OPEN)

    def public(self) -> Self:
        """Those that have a public page at all: a rejected one shows why, a removed one 410."""
        return self.filter(state__in=[*PUBLISHED, State.REJECTED, State.REMOVED])

    def visible_to(self, actor: User) -> Self:
        """Those of the actor's own teams, drafts included."""
        return self.filter(team__in=teams_with(actor, Right.READ_PETITION))

    def addressed_to(self, company: Company) -> Self:
        return self.filter(target__company=company)

    def due_to_close(self, today: date) -> Self:
        return self.filter(state__in=[State.OPEN, State.PAUSED], closes_on__lt=today)

    def matching(self, words: str) -> Self:
        """Full-text search over the title and the demand of the published text."""
        found = Version.objects.annotate(text=SearchVector("title", "demand")).filter(
            text=SearchQuery(words, search_type="websearch"),
            petition=models.OuterRef("pk"),
            number=models.OuterRef("published_number"),
        )
        return self.filter(models.Exists(found))

    def with_texts(self) -> Self:
        """Load what a list or a page shows of each, in a fixed number of queries."""
        current = Version.objects.filter(number=F("petition__published_number"))
        current = current.prefetch_related("citations")
        return self.select_related("target__company", "team").prefetch_related(
            Prefetch("versions", queryset=current, to_attr="current_texts"), "totals"
        )

    def open_first(self) -> Self:
        rank = Case(
            When(state=State.OPEN, then=Value(0)),
            When(state=State.PAUSED, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.annotate(rank=rank).order_by("rank", "-opened_at", "slug")


class Petition(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="petitions", verbose_name=_("team"))
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    published_number = models.PositiveIntegerField(null=True, editable=False)
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="petitions",
        verbose_name=_("contract"),
    )
    relations = ArrayField(
        models.CharField(max_length=12, choices=Relation.choices), verbose_name=_("who may sign")
    )
    publication = models.CharField(
        _("how staff counts are published"),
        max_length=8,
        choices=Publication.choices,
        default=Publication.BATCHED,
    )
    floor = models.PositiveSmallIntegerField(_("floor for small counts"), default=SMALL_CELL_FLOOR)
    in_scope = models.PositiveIntegerField(_("staff in scope, about"), null=True, blank=True)
    in_scope_source = models.CharField(_("where that number was read"), max_length=300, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    # How people may show their relation, and what is asked of those who decide.
    methods = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("proofs"))
    review_days = models.PositiveSmallIntegerField(
        _("days to decide on a document"), default=REVIEW_DAYS
    )
    two_reviewers = models.BooleanField(_("two people decide on each document"), default=False)
    vouchers = models.PositiveSmallIntegerField(_("colleagues who vouch"), default=VOUCHERS)
    # After closing; then names, addresses and fingerprints go, and the count stays.
    keep_days = models.PositiveSmallIntegerField(_("days kept after closing"), default=KEEP_DAYS)
    closed_on = models.DateField(null=True, editable=False)
    # Entries of staff that the public log may show: the most that was ever published of them.
    staff_entries = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = PetitionQuerySet.as_manager()

    target: "Target"
    current_texts: list[Version]

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="petition_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(floor__gte=SMALL_CELL_FLOOR_MIN), name="petition_floor_protects"
            ),
            models.CheckConstraint(
                condition=Q(relations__len__gt=0)
                & Q(relations__contained_by=list(Relation.values)),
                name="petition_relations_are_known",
            ),
            models.CheckConstraint(
                condition=Q(vouchers__range=(VOUCHERS_MIN, VOUCHERS_MAX))
                & Q(review_days__range=(1, REVIEW_DAYS_MAX))
                & Q(keep_days__range=(1, KEEP_DAYS_MAX)),
                name="petition_proof_settings_are_sane",
            ),
            models.CheckConstraint(
                condition=Q(published_number__isnull=False) | ~Q(state__in=PUBLISHED),
                name="petition_published_has_a_text",
            ),
        ]
        indexes = [models.Index(fields=["state", "-opened_at"])]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("pages:petition-detail", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.state in PUBLISHED

    @property
    def takes_signatures(self) -> bool:
        return self.state == State.OPEN

    @property
    def until(self) -> str:
        """Until when it takes signatures, in words; "" where no day is set or it takes none."""
        if self.state != State.OPEN or self.closes_on is None:
            return ""
        return gettext("until %(day)s") % {"day": date_format(self.closes_on)}

    @property
    def people_kept_until(self) -> date | None:
        """The day on which its people are erased; None as long as it is not closed."""
        if self.closed_on is None:
            return None
        return self.closed_on + timedelta(days=self.keep_days)

    @property
    def publishes_at_once(self) -> bool:
        return self.publication == Publication.AT_ONCE

    @property
    def text(self) -> Version | None:
        """The published text in the reader's language, else in the language it was written in."""
        texts = self.texts()
        language = get_language()
        return next((text for text in texts if text.language == language), None) or (
            texts[0] if texts else None
        )

    def texts(self) -> list[Version]:
        """The published number in each of its languages; uses what `with_texts` loaded."""
        if "current_texts" in self.__dict__:
            return sorted(self.current_texts, key=lambda text: text.pk)
        return list(self.versions.filter(number=self.published_number or 0).order_by("pk"))

    def draft(self) -> Version | None:
        return self.versions.filter(published_at=None).order_by("number").last()

    @property
    def title(self) -> str:
        text = self.text or self.draft()
        return text.title if text else self.slug
