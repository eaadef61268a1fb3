"""Records that organisers can read and nobody can edit: transitions and the access log."""

from typing import Any

from django.contrib import admin
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, teams_with
from petitions.models import Correction, Petition, Transition
from privacy.models import AccessRecord


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list that nobody adds to, changes or deletes from here."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = self.get_queryset(request)
        return allowed.filter(pk=obj.pk).exists() if obj else request.user.is_authenticated

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


def petitions_with(request: HttpRequest, right: Right) -> QuerySet[Petition]:
    user = request.user
    if not isinstance(user, User):
        return Petition.objects.none()
    return Petition.objects.filter(team__in=teams_with(user, right))


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    list_display = ["at", "who", "verb", "subject"]
    list_filter = ["verb"]
    date_hierarchy = "at"
    ordering = ["-at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessRecord]:
        scopes = petitions_with(request, Right.READ_ACCESS_LOG).values("pk")
        # The access log names people by id: it outlives their accounts.
        actor = User.objects.filter(pk=OuterRef("actor_id"))
        said = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
        name = actor.annotate(said=said).values("said")
        return AccessRecord.objects.filter(scope__in=scopes).annotate(said=Subquery(name))

    @admin.display(description=_("who"))
    def who(self, record: Any) -> str:
        return record.said or str(_("a rule"))


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ["at", "petition", "verb", "before", "after", "actor"]
    list_filter = ["verb"]
    list_select_related = ["petition", "actor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transition]:
        return Transition.objects.filter(petition__in=petitions_with(request, Right.READ_PETITION))


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["at", "petition", "relation", "proof", "was", "now_is"]
    list_select_related = ["petition"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        return Correction.objects.filter(petition__in=petitions_with(request, Right.READ_COUNTS))
