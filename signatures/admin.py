"""Signatures on the desk: day, relation, proof, and what signers chose to show.

No address, and every look is written down.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rights import Right, may, teams_with
from petitions.admin.records import ReadOnlyAdmin, petitions_with
from privacy.errors import KeyDestroyed
from signatures import visibility
from signatures.actions import looking, marking
from signatures.errors import SignatureRefused
from signatures.models import Audience, Signature


class AsideFilter(admin.SimpleListFilter):
    """Those that are not counted, and among them those whose owners object."""

    title = _("set aside")
    parameter_name = "aside"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [("yes", _("set aside")), ("objected", _("objected")), ("no", _("not set aside"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        if self.value() == "objected":
            return queryset.filter(objection__isnull=False)
        if self.value() in ("yes", "no"):
            return queryset.filter(marked_on__isnull=self.value() == "no")
        return queryset


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = [
        "__str__",
        "petition",
        "relation",
        "proof_method",
        "state",
        "received_on",
        "said",
        "aside",
    ]
    list_filter = ["state", "relation", "proof_method", AsideFilter, "petition"]
    list_select_related = ["petition", "objection"]
    # By receipt only: a search by address would let an insider test a colleague's.
    search_fields = ["id"]
    ordering = ["-received_on", "pk"]
    fields = [
        "id", "petition", "version", "relation", "proof_method", "state", "received_on", "said",
        "aside",
    ]  # fmt: skip
    actions = ["set_aside", "count_again"]  # type: ignore[assignment] # read-only lists have none

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        petitions = petitions_with(request, Right.READ_SIGNERS)
        own = Signature.objects.filter(petition__in=petitions).defer("address")
        return visibility.with_rank(own, Audience.ORGANISERS)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The words of an objection are for those who decide on it."""
        reads = obj and may(request.user, Right.REVIEW_PROOF, obj.petition.team)
        return [*self.fields, *(["objected"] if reads else [])]

    @admin.display(description=_("shows you"))
    def said(self, signature: Signature) -> str:
        return visibility.line(signature).words or "–"

    @admin.display(description=_("set aside"), ordering="marked_on")
    def aside(self, signature: Signature) -> str:
        if signature.marked_on is None:
            return "–"
        if hasattr(signature, "objection"):
            return f"{signature.why_marked}; {_('objected')}"
        return signature.why_marked

    @admin.display(description=_("objection of the signer"))
    def objected(self, signature: Signature) -> str:
        if not hasattr(signature, "objection"):
            return "–"
        try:
            return signature.objection.reveal_words()
        except KeyDestroyed:
            return "–"

    @admin.action(description=_("Set aside"), permissions=["review"])
    def set_aside(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        self._mark(request, queryset, marking.set_aside)

    @admin.action(description=_("Count again"), permissions=["review"])
    def count_again(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        self._mark(request, queryset, marking.count_again)

    def has_review_permission(self, request: HttpRequest) -> bool:
        return teams_with(request.user, Right.REVIEW_PROOF).exists()

    def _mark(
        self,
        request: HttpRequest,
        queryset: QuerySet[Signature],
        act: Callable[..., marking.Marked],
    ) -> None:
        """The verb asks for the right to each row again: a list may span several teams."""
        chosen = list(queryset.values_list("pk", flat=True))
        try:
            marked = act(signature_ids=chosen, actor=request.user, now=timezone.now())
        except SignatureRefused as refusal:
            self.message_user(request, refusal.words, messages.ERROR)
            return
        words = ngettext("%(n)s signature changed.", "%(n)s signatures changed.", marked.signatures)
        self.message_user(request, words % {"n": marked.signatures}, messages.SUCCESS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return petitions_with(request, Right.READ_SIGNERS).exists()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if isinstance(request.user, User) and self.has_module_permission(request):
            looking.record_listing(
                actor=request.user,
                petition_ids=list(
                    petitions_with(request, Right.READ_SIGNERS).values_list("pk", flat=True)
                ),
                searched=bool(request.GET.get("q")),
                now=timezone.now(),
            )
        return super().changelist_view(request, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        signature = self.get_object(request, object_id)
        if signature is not None and isinstance(request.user, User):
            looking.record_reading(actor=request.user, signature=signature, now=timezone.now())
        return super().change_view(request, object_id, form_url, extra_context)
