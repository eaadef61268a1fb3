"""Signatures on the desk: day, relation, proof, and what signers chose to show.

No address, and every look is written down.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right
from petitions.admin.records import ReadOnlyAdmin, petitions_with
from signatures import visibility
from signatures.actions import looking
from signatures.models import Audience, Signature


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
    ]
    list_filter = ["state", "relation", "proof_method", "petition"]
    list_select_related = ["petition"]
    # By receipt only: a search by address would let an insider test a colleague's.
    search_fields = ["id"]
    ordering = ["-received_on", "pk"]
    fields = [
        "id", "petition", "version", "relation", "proof_method", "state", "received_on", "said",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        petitions = petitions_with(request, Right.READ_SIGNERS)
        own = Signature.objects.filter(petition__in=petitions).defer("address")
        return visibility.with_rank(own, Audience.ORGANISERS)

    @admin.display(description=_("chose to show you"))
    def said(self, signature: Signature) -> str:
        return visibility.line(signature).words or "–"

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
