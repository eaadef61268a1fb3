"""The organisers' desk: Django's admin, opened by membership of a team instead of a flag."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from petitions import desk


class Desk(admin.AdminSite):
    site_header = _("My desk")
    site_title = _("Countersign")
    index_title = _("My desk")
    enable_nav_sidebar = False
    index_template = "admin/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active):
            return False
        return user.is_superuser or Membership.objects.filter(user=user).exists()

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Sign-in has one door, with its second factor: allauth's."""
        if request.user.is_authenticated:
            return redirect("pages:home")
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Once for each request: Django asks twice, and each time for every right."""
        known = request.__dict__.setdefault("_app_lists", {})
        if app_label not in known:
            known[app_label] = super().get_app_list(request, app_label)
        return known[app_label]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = dict(extra_context or {})
        if isinstance(request.user, User):
            context["desk"] = desk.desk_of(request.user)
        return super().index(request, context)
