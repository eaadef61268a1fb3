"""Promise 10: a report carries what made it, and its command gives the same bytes again."""

import shlex
import subprocess
import sys

import pytest
from django.db import InternalError, connection, transaction

from background.actions import run_job
from background.models import Job
from config.embedded import ROOT
from evidence import reading
from evidence.models import Report
from tests.evidence.factories import asked_run, published_report
from tests.people import NOON


def test_the_command_on_the_page_gives_the_published_bytes(team, eve, client, tmp_path):
    report = published_report(team, eve)
    page = client.get(report.get_absolute_url()).content.decode()
    command = reading.command(report)
    assert command in page
    made, data = tmp_path / f"{report.sha256}.json", report.runs.get().paths()["data"]
    made.write_bytes(client.get(f"/evidence/{report.sha256}.json").content)
    words = shlex.split(command.replace(" DATA", f" {shlex.quote(data)}"))

    again = subprocess.run(
        [sys.executable, "-m", "recognition_audit", *words[1:2], str(made), *words[3:]],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )

    assert again.stdout == f"The same bytes: {report.sha256}\n"


def test_a_report_names_data_parameters_and_versions(team, eve):
    manifest = published_report(team, eve).content["manifest"]

    assert len(manifest["inputs"][0]["sha256"]) == 64
    assert manifest["parameters"]["thresholds"][0]["value"] == 0.6
    assert {"recognition_audit", "numpy"} <= set(manifest["versions"])


def test_running_a_job_twice_gives_one_report(team, eve):
    first, second = asked_run(team, eve), asked_run(team, eve)

    for run in (first, second):
        run_job(job_id=run.job_id, now=NOON)

    assert Report.objects.count() == 1
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_the_database_refuses_to_change_a_published_report(team, eve):
    published_report(team, eve)

    for change in (
        "UPDATE evidence_report SET headline = 'Nicer'",
        "DELETE FROM evidence_report",
    ):
        with (
            pytest.raises(InternalError, match="pgtrigger"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
