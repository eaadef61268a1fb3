"""Counting wrong tries, so many a day. The caller holds a lock on whoever tries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from privacy.digests import keyed_digest
from proofs.models import Tries


@dataclass(frozen=True)
class Trier:
    """Somebody who types what only few know, by one way; `most` wrong ones a day."""

    scope: UUID
    subject: UUID
    way: str
    most: int

    def left(self, now: datetime) -> int:
        row = Tries.objects.filter(who_digest=self._digest, day=now.date()).first()
        return max(0, self.most - row.used) if row else self.most

    def use(self, now: datetime) -> int:
        """Count one more, and say how many are left today."""
        left = self.left(now) - 1
        Tries.objects.update_or_create(
            who_digest=self._digest, defaults={"day": now.date(), "used": self.most - left}
        )
        return left

    def forget(self) -> None:
        Tries.objects.filter(who_digest=self._digest).delete()

    @property
    def _digest(self) -> bytes:
        return keyed_digest(f"{self.way}:{self.subject}", scope=self.scope, purpose="tries")
