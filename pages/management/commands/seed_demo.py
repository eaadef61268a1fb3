from typing import Any

from django.core.management.base import BaseCommand

from pages import demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo; does nothing where the demo is already."

    def handle(self, *args: Any, **options: Any) -> None:
        if demo.is_there():
            self.stdout.write("The demo is there already.")
            return
        demo.build()
        self.stdout.write("The demo is built.")
