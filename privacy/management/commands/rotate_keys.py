"""manage.py rotate_keys: wrap the data keys by the present key; with --data make new ones too."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy.actions import rotation
from privacy.errors import WrongKey


class Command(BaseCommand):
    help = (
        "Wrap every data key by KEY_ENCRYPTION_KEY. Put the key that wrapped them before into "
        "KEY_ENCRYPTION_KEYS_OLD first; remove it afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", action="store_true", help="also new data keys for all texts")
        parser.add_argument("--scope", type=UUID, help="with --data: of this petition's id alone")

    def handle(self, *args: Any, data: bool, scope: UUID | None, **options: Any) -> None:
        now, waits = timezone.now(), False
        if scope and not data:
            raise CommandError("--scope goes with --data.")
        if scope and scope not in rotation.scopes():
            raise CommandError(f"No living key belongs to {scope}.")
        try:
            done = rotation.rewrap(now=now)
            self.stdout.write(f"{done.keys} keys and salts are wrapped by KEY_ENCRYPTION_KEY.")
            for one in ([scope] if scope else rotation.scopes()) if data else []:
                renewed = rotation.renew(scope=one, now=now)
                self.stdout.write(f"{one}: {renewed.texts} texts sealed with a new key.")
                waits = waits or renewed.waits
        except WrongKey as error:
            raise CommandError(str(error)) from error
        if waits:
            self.stdout.write("Run it again in an hour: the older keys are dropped then.")
