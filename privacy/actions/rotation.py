"""Changing keys: the one that wraps, and the ones that seal."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from privacy import access_log
from privacy.fields import SealedTextField, number_of
from privacy.keys import KEY_BYTES, newest_key, unwrap, wrap
from privacy.models import DataKey, DigestSalt
from privacy.verbs import verb

REWRAPPED = verb("keys.rewrap", _("wrapped the data keys by a new key"))
RENEWED = verb("keys.renew", _("sealed everything with new data keys"))
ROWS_AT_ONCE = 500
OLD_KEY_STAYS = timedelta(hours=1)


@dataclass(frozen=True)
class Rewrapped:
    keys: int


@dataclass(frozen=True)
class Renewed:
    """How many texts were sealed anew; `waits`: the older key is still there."""

    texts: int
    waits: bool


def rewrap(*, now: datetime) -> Rewrapped:
    """Wrap every data key and salt by the present KEY_ENCRYPTION_KEY; the old one may go then."""
    with transaction.atomic():
        rows: list[DataKey | DigestSalt] = [
            *DataKey.objects.select_for_update().filter(destroyed_at=None),
            *DigestSalt.objects.select_for_update().filter(destroyed_at=None),
        ]
        for row in rows:
            row.wrapped = wrap(unwrap(bytes(row.wrapped)))
            row.save(update_fields=["wrapped"])
        access_log.record(
            actor_id=None, verb=REWRAPPED, subject="site", detail={"keys": len(rows)}, now=now
        )
    return Rewrapped(len(rows))


def renew(*, scope: UUID, now: datetime) -> Renewed:
    """Give a scope a new data key and seal all its texts with it.

    It may be stopped and run again: two living keys mean that a renewal goes on. The older key
    is dropped by a run that comes an hour later or more, for a request that began before the
    new key may still be writing with the old one. Salts stay: with another one nobody would be
    recognised as having signed.
    """
    living = DataKey.objects.filter(scope=scope, destroyed_at=None)
    newest, _key = newest_key(scope)
    if living.count() == 1:
        living.update(superseded_at=now)
        newest += 1
        new = DataKey(scope=scope, number=newest, wrapped=wrap(secrets.token_bytes(KEY_BYTES)))
        DataKey.objects.bulk_create([new], ignore_conflicts=True)
    texts = 0
    for model, field in sealed_fields():
        texts += sum(_renew_some(model, field, pks, newest) for pks in _rows(model, field, scope))
    with transaction.atomic():
        old = living.filter(number__lt=newest, superseded_at__lte=now - OLD_KEY_STAYS)
        dropped = old.update(wrapped=b"", destroyed_at=now)
        access_log.record(
            actor_id=None,
            verb=RENEWED,
            subject=f"scope:{scope}",
            scope=scope,
            detail={"texts": texts, "dropped": dropped},
            now=now,
        )
    return Renewed(texts, waits=living.filter(number__lt=newest).exists())


def scopes() -> list[UUID]:
    """The scopes whose keys are not destroyed."""
    living = DataKey.objects.filter(destroyed_at=None)
    return list(living.order_by("scope").values_list("scope", flat=True).distinct())


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedTextField]]:
    """Every encrypted column of every room."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, SealedTextField):
                yield model, field


def _of(
    model: type[models.Model], field: SealedTextField, scope: UUID
) -> models.QuerySet[models.Model]:
    """The rows of a scope that hold a text in this column."""
    rows = model._base_manager.exclude(**{field.name: b""})
    if isinstance(field.scope, UUID):
        return rows if field.scope == scope else rows.none()
    return rows.filter(**{field.scope: scope})


def _rows(model: type[models.Model], field: SealedTextField, scope: UUID) -> Iterator[list[object]]:
    pks = list(_of(model, field, scope).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), ROWS_AT_ONCE):
        yield pks[start : start + ROWS_AT_ONCE]


def _renew_some(
    model: type[models.Model], field: SealedTextField, pks: list[object], newest: int
) -> int:
    with transaction.atomic():
        rows = model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk")
        old = [row for row in rows if number_of(getattr(row, field.name)) != newest]
        for row in old:
            text = getattr(row, f"reveal_{field.name}")()
            getattr(row, f"seal_{field.name}")(text)
        model._base_manager.bulk_update(old, [field.name])
    return len(old)
