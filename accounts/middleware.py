"""Organisers show a second factor before they see anything of their teams."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# Where somebody without a second factor may go: to set one up, to sign out, to change language.
OPEN_PATHS = ("/accounts/", "/language/", f"/{settings.STATIC_URL.lstrip('/')}")
# Recovery codes replace a factor that was lost; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_one_up(request):
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_one_up(self, request: HttpRequest) -> bool:
        return (
            settings.SECOND_FACTOR_REQUIRED
            and not request.path.startswith(OPEN_PATHS)
            and request.user.is_authenticated
            and not is_mfa_enabled(request.user, types=FACTORS)
        )
