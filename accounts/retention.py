"""What sign-in leaves behind."""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from privacy.retention import Rows, short_lived


def _ended(now: datetime) -> QuerySet[Any]:
    going = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=now)
    return UserSession.objects.filter(~Exists(going))


short_lived(
    Rows(
        name="accounts.sessions",
        holds=_("The session of an organiser who is signed in, or a visitor’s language."),
        seen_by=_("Nobody reads it; our programs use it."),
        rows=lambda now: Session.objects.filter(expire_date__lt=now),
        until=_("12 hours, or until signed out"),
    )
)
short_lived(
    Rows(
        name="accounts.sign-ins",
        holds=_(
            "That an organiser is signed in, and since when; neither browser nor network address. "
            "Of signers there is none."
        ),
        seen_by=_("The organiser."),
        rows=_ended,
        until=_("as long as the session"),
    )
)
