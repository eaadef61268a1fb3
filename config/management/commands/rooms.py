import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from background.jobs import KINDS
from background.mails import MAILS
from config.embedded import ROOT
from petitions.desk import TODO_SOURCES
from privacy.retention import AFTER_CLOSING, SHORT_LIVED
from privacy.verbs import VERBS
from proofs.methods.base import METHODS


class Command(BaseCommand):
    help = "Print what the rooms have registered with those below them, with its file."

    def handle(self, *args: Any, **options: Any) -> None:
        self._print("Ways to show a relation", ((n, _file(type(m))) for n, m in METHODS.items()))
        self._print("Jobs", ((name, _file(kind.handler)) for name, kind in KINDS.items()))
        beat = settings.CELERY_BEAT_SCHEDULE
        self._print("Periodic tasks", ((name, entry["task"]) for name, entry in beat.items()))
        rules = {"after closing": AFTER_CLOSING, "every day": SHORT_LIVED}
        for when, found in rules.items():
            rows = ((name, str(rule.holds)) for name, rule in found.items())
            self._print(f"What retention erases {when}", rows)
        self._print("Mails", ((name, kind.template("body")) for name, kind in MAILS.items()))
        self._print("What waits on the desk", ((s.__name__, _file(s)) for s in TODO_SOURCES))
        self._print("Verbs of the access log", ((n, str(words)) for n, words in VERBS.items()))

    def _print(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        self.stdout.write(title)
        for name, where in sorted(rows):
            self.stdout.write(f"  {name:28} {where}")


def _file(thing: Any) -> str:
    return str(Path(inspect.getsourcefile(thing) or "").relative_to(ROOT))
