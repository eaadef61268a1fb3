"""Where exports lie until they are fetched, and how long.

Whoever writes an export puts it below `folder_of(scope)`, so that retention finds it.
"""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.policy import EXPORT_DAYS
from privacy.retention import Files, after_closing, short_lived


def root() -> Path:
    return Path(settings.VAR_DIR) / "exports"


def folder_of(scope: UUID) -> Path:
    """The folder of a scope's exports, made when it is first asked for."""
    folder = root() / str(scope)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


SEEN_BY = _("The organiser who made it.")
short_lived(
    Files(
        name="exports.old",
        holds=_("A list that an organiser exported."),
        seen_by=SEEN_BY,
        folder=root,
        days=EXPORT_DAYS,
        until=format_lazy(_("{days} days after it was made"), days=EXPORT_DAYS),
    )
)
after_closing(
    Files(
        name="exports.all",
        holds=_("Whatever is left of exported lists."),
        seen_by=SEEN_BY,
        folder=root,
    )
)
