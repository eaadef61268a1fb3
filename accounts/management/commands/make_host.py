import os
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions import teams
from accounts.errors import Refused


class Command(BaseCommand):
    help = (
        "Make the account that keeps this host; the password comes from HOST_PASSWORD or a prompt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("HOST_PASSWORD") or getpass("Password: ")
        try:
            teams.make_user(
                email=options["email"],
                name="",
                password=password,
                actor=None,
                now=timezone.now(),
                is_host=True,
            )
        except Refused as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write("The account is made. Sign in and set up a second factor.")
