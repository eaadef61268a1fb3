"""Writing the access log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from privacy.models import AccessRecord
from privacy.verbs import VERBS


def record(
    *,
    actor_id: int | None,
    verb: str,
    subject: str,
    now: datetime,
    scope: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AccessRecord:
    """Write one look or act down. `detail` holds no personal data."""
    if verb not in VERBS:
        raise ValueError(f"{verb} is not a registered verb of the access log")
    return AccessRecord.objects.create(
        at=now,
        actor_id=actor_id,
        verb=verb,
        subject=subject,
        scope=scope,
        detail=dict(detail or {}),
    )
