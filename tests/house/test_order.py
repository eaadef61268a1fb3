"""Rules of the house that a linter does not see."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from config import architecture
from config.embedded import ROOT

DEPTH = {
    room: depth
    for depth, line in enumerate(architecture.layers())
    for room in (name.strip("()") for name in line)
}
LINES_MAX = 500
FUNCTION_LINES_MAX = 60
WRITES = {"save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create",
          "update_or_create"}  # fmt: skip
THIN = ("views", "admin", "tasks", "commands")


def our_files():
    rooms = [name for name in DEPTH if (ROOT / name).is_dir()]
    for room in rooms:
        yield from (ROOT / room).rglob("*.py")


def test_relations_point_down_the_house():
    wrong = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or not field.related_model:
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if (
                here != there
                and DEPTH.get(here, 99) >= DEPTH.get(there, 99)
                and here in DEPTH
                and there in DEPTH
            ):
                wrong.append(f"{model._meta.label}.{field.name} points up or sideways, to {there}")
    assert wrong == []


@pytest.mark.parametrize("path", sorted(our_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LINES_MAX
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, node.name


def test_views_admin_tasks_and_commands_write_through_actions_only():
    wrong = []
    for path in our_files():
        if not any(part in THIN or part.removesuffix(".py") in THIN for part in path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in WRITES:
                owner = ast.unparse(called.value)
                if "objects" in owner or called.attr in ("save", "delete"):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {owner}.{called.attr}")
    assert wrong == []


def test_the_driver_is_psycopg2(db):
    assert connection.Database.__name__ == "psycopg2"


@pytest.mark.parametrize("module", ["config.wsgi", "manage"])
def test_every_process_wakes_workers_through_our_own_broker(module):
    lines = f"import {module}; from celery import current_app as app; print(app.conf.broker_url)"

    said = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.split()[-1] == settings.CELERY_BROKER_URL


def test_the_site_installs_what_it_imports():
    """`make run` installs requirements.txt alone: what only tests have is not there."""
    locked = set(
        re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    tops = {app.partition(".")[0] for app in settings.INSTALLED_APPS + settings.MIDDLEWARE}
    for path in our_files():
        # What an optional extra needs is imported inside a function.
        for node in ast.parse(path.read_text()).body:
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            tops |= {name.partition(".")[0] for name in names}
    known = packages_distributions()
    distributions = {re.sub("[._]", "-", d.lower()) for top in tops for d in known.get(top, [])}

    # config/runner.py runs pytest, and nothing else imports it.
    assert distributions - locked - {"countersign", "setuptools", "pytest"} == set()


def test_every_scheduled_task_exists():
    from config.celery import app

    app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert names <= set(app.tasks)
