from typing import Any

from django.core.management.base import BaseCommand

from register.actions import seeding


class Command(BaseCommand):
    help = "Fill the register with the sourced facts that ship with the project; repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        seeded = seeding.seed()
        self.stdout.write(f"{seeded.rows} rows are in the register.")
