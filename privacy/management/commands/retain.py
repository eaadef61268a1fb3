from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy.actions import retaining
from privacy.actions.retaining import Erased


class Command(BaseCommand):
    help = "Erase what the retention schedule says is due, and print how many rows by which rule."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only; change nothing")
        parser.add_argument("--petition", default="", metavar="SLUG", help="this petition alone")

    def handle(self, *args: Any, **options: Any) -> None:
        name, now = options["petition"], timezone.now()
        does = retaining.preview if options["dry_run"] else retaining.run
        found = does(name=name, now=now)
        if name and not found.parts:
            raise CommandError(f"The time of {name} is not up, or there is no such petition.")
        for part in found.parts:
            self._print(part)
        if found.wishes:
            self.stdout.write(f"signers erased as they had asked during a hold: {found.wishes}")
        word = "due" if options["dry_run"] else "erased"
        self.stdout.write(f"{word} in all: {found.total}")
        if found.failed:
            names = ", ".join(part.name for part in found.failed)
            raise CommandError(f"Broke off: {names}. The others are done; run it again.")

    def _print(self, part: Erased) -> None:
        note = " (held)" if part.held else f" (broke off: {part.failed})" if part.failed else ""
        self.stdout.write(f"{part.name}{note}")
        for rule, rows in sorted(part.rows.items()):
            self.stdout.write(f"  {rule:28} {rows:>8}")
