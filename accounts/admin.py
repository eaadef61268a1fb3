"""People and teams on the desk. Forms are filled here; the verbs of accounts write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.actions import teams
from accounts.errors import AccountRefused, Refused
from accounts.models import Membership, ReviewKey, Role, Team, User
from accounts.rights import Right, may, teams_with


class ByVerbs(admin.ModelAdmin):
    """A page whose changes are verbs: a refusal is shown, and the access log is the history."""

    actions = None
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            self.message_user(request, refusal.words, messages.ERROR)
            return redirect(request.path)

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        return []

    # The verbs write the access log, which nobody can edit; Django's log of the desk stays empty.
    def log_addition(self, *args: Any) -> Any: ...

    def log_change(self, *args: Any) -> Any: ...


class MembershipForm(forms.ModelForm):
    address = forms.EmailField(label=_("Mail address"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Membership
        fields = ["address", "roles"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["address"] = self.instance.user.email
            self.fields["address"].disabled = True

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if self.instance.pk:
            return address
        user = User.objects.filter(email__iexact=address, is_active=True).first()
        if user is None:
            words = _("No organiser has this address. Whoever keeps this host makes accounts.")
            raise ValidationError(words, code="unknown-address")
        if Membership.objects.filter(team=self.instance.team_id, user=user).exists():
            raise ValidationError(_("This person is in the team already."), code="in-the-team")
        self.instance.user = user
        return address


class MembershipFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        leaving = self.deleted_forms
        staying = [form for form in self.forms if form.cleaned_data and form not in leaving]
        has_or_gets_members = staying or self.initial_form_count()
        if has_or_gets_members and not any(
            Role.OWNER in form.cleaned_data["roles"] for form in staying
        ):
            raise ValidationError(AccountRefused("last-owner").words, code="last-owner")
        new = [form.instance.user_id for form in staying if not form.instance.pk]
        if len(new) != len(set(new)):
            raise ValidationError(_("One person stands in two lines."), code="twice")


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 1
    verbose_name = _("member")
    verbose_name_plural = _("Who is in the team, and what they may do")

    def has_view_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return obj is None or may(request.user, Right.MANAGE_TEAM, obj)

    def has_add_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return self.has_view_permission(request, obj)

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(Team)
class TeamAdmin(ByVerbs):
    list_display = ["name", "its_members"]
    search_fields = ["name", "slug"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        managed = teams_with(request.user, Right.MANAGE_TEAM)
        return managed.prefetch_related("memberships__user").order_by("name")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        if obj is None:
            return teams_with(request.user, Right.MANAGE_TEAM).exists()
        return may(request.user, Right.MANAGE_TEAM, obj)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _keeps_the_host(request)

    def get_fields(self, request: HttpRequest, obj: Team | None = None) -> list[Any]:  # noqa: ARG002
        return ["name", "slug", "its_review_key"] if obj else ["name", "slug"]

    def get_readonly_fields(self, request: HttpRequest, obj: Team | None = None) -> list[str]:  # noqa: ARG002
        return ["slug", "its_review_key"] if obj else []

    def get_prepopulated_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Team | None = None,
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        actor, now = _actor(request), timezone.now()
        if change:
            if form.has_changed():
                teams.rename_team(team=obj, name=obj.name, actor=actor, now=now)
            return
        made = teams.make_team(slug=obj.slug, name=obj.name, actor=actor, now=now)
        obj.pk, obj._state.adding = made.pk, False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ARG002
        actor, now, team = _actor(request), timezone.now(), form.instance
        given = [row for row in formset.forms if row.has_changed()]
        given = [row for row in given if row not in formset.deleted_forms]
        # New owners come before old ones go, so that the team is never without one.
        for row in sorted(given, key=lambda row: Role.OWNER not in row.cleaned_data["roles"]):
            user, roles = row.instance.user, row.cleaned_data["roles"]
            teams.give_roles(team=team, user=user, roles=roles, actor=actor, now=now)
        for row in formset.deleted_forms:
            if row.instance.pk:
                teams.leave(team=team, user=row.instance.user, actor=actor, now=now)

    @admin.display(description=_("key of the reviewers"))
    def its_review_key(self, team: Team) -> str:
        current = ReviewKey.objects.current().filter(team=team).first()
        words = _("made on %(day)s") if current else _("none yet: no document can be sent")
        day = {"day": date_format(current.made_on)} if current else {}
        page = reverse("signatures:review-key", args=[team.slug])
        return format_html('{} · <a href="{}">{}</a>', words % day, page, _("Make a new one"))

    @admin.display(description=_("members"))
    def its_members(self, team: Team) -> str:
        return ", ".join(str(membership.user) for membership in team.memberships.all())


@admin.register(User)
class UserAdmin(ByVerbs):
    """Accounts of organisers; only who keeps the host sees the list."""

    list_display = ["email", "name", "their_teams", "is_active"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["their_teams", "date_joined", "last_login"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:  # noqa: ARG002
        return User.objects.prefetch_related("memberships__team")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _keeps_the_host(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002
        return _keeps_the_host(request)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _keeps_the_host(request)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:  # noqa: ARG002
        if obj is None:
            return ["email", "name"]
        return ["email", "name", "is_active", "their_teams", "date_joined", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:  # noqa: ARG002
        return ["email", *self.readonly_fields] if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: ARG002
        actor, now = _actor(request), timezone.now()
        if change:
            teams.change_user(
                user_id=obj.pk, name=obj.name, is_active=obj.is_active, actor=actor, now=now
            )
            return
        made = teams.make_user(email=obj.email, name=obj.name, password=None, actor=actor, now=now)
        obj.pk, obj._state.adding = made.pk, False
        words = _("They choose a password by “Forgot your password?” on the page to sign in.")
        self.message_user(request, words)

    @admin.display(description=_("teams"))
    def their_teams(self, user: User) -> str:
        said = (
            f"{membership.team}: {', '.join(str(label) for label in membership.role_labels())}"
            for membership in user.memberships.all()
        )
        return " · ".join(said)


def _keeps_the_host(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


def _actor(request: HttpRequest) -> User:
    """Whoever is on the desk has signed in."""
    if not isinstance(request.user, User):
        raise AccountRefused("no-right")
    return request.user
