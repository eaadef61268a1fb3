"""Wrapped data keys, and the record of who looked at what."""

from typing import Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.verbs import VERBS


class DataKey(models.Model):
    """A key of one scope (a petition), wrapped by a key that is not in the database."""

    scope = models.UUIDField()
    # The highest of a scope seals; the others open what they sealed, until it is sealed anew.
    number = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField(max_length=64, default=bytes)
    superseded_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="data_key_numbered"),
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=b""),
                name="data_key_destroyed_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return str(self.scope)


class DigestSalt(models.Model):
    """What makes a scope's keyed digests its own, wrapped likewise; it goes with the keys."""

    scope = models.UUIDField(unique=True)
    wrapped = models.BinaryField(max_length=64, default=bytes)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("digest salt")
        verbose_name_plural = _("digest salts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=b""),
                name="digest_salt_destroyed_is_gone",
            )
        ]

    def __str__(self) -> str:
        return str(self.scope)


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    def for_scope(self, scope: UUID) -> Self:
        return self.filter(scope=scope)


class AccessRecord(models.Model):
    """One look at, or act upon, something protected. Append-only: a trigger holds that."""

    at = models.DateTimeField(_("when"))
    actor_id = models.BigIntegerField(_("who"), null=True)
    verb = models.CharField(_("what was done"), max_length=40)
    subject = models.CharField(_("to what"), max_length=80)
    scope = models.UUIDField(null=True, db_index=True)
    detail = models.JSONField(default=dict)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-at", "-pk"]
        triggers = [
            pgtrigger.Protect(
                name="access_log_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="access_log_is_not_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'pgtrigger: the access log is not emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words}, {self.subject}"

    @property
    def words(self) -> str:
        """What was done, as a person reads it."""
        return str(VERBS.get(self.verb, self.verb))
