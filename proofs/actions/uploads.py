"""Files that could not be used, so many a day for each signature and way. No network address."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from proofs import policy
from proofs.actions.tries import Trier
from proofs.errors import ProofRefused


@dataclass(frozen=True)
class Refusals:
    """How many more files may fail today."""

    left: int


def check(*, scope: UUID, subject: UUID, method: str, now: datetime) -> Refusals:
    """Before a file is read: raises ProofRefused where too many have failed today."""
    left = _trier(scope, subject, method).left(now)
    if not left:
        raise ProofRefused("uploads-today", most=policy.UPLOADS_REFUSED_PER_DAY)
    return Refusals(left)


def note_refused(*, scope: UUID, subject: UUID, method: str, now: datetime) -> Refusals:
    """Count a file that could not be used. The caller holds a lock on the subject."""
    with transaction.atomic():
        return Refusals(_trier(scope, subject, method).use(now))


def _trier(scope: UUID, subject: UUID, method: str) -> Trier:
    return Trier(scope, subject, f"upload {method}", policy.UPLOADS_REFUSED_PER_DAY)
