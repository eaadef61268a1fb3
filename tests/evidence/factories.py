"""Reports for tests, from a file small enough to be quick."""

import io

from evidence.actions import auditing, receiving
from evidence.models import AuditRun, Report
from tests.people import NOON


def small_scores(errors: int = 40) -> bytes:
    lines = ["subject_a,subject_b,distance,mated,group_a,group_b"]
    lines += [f"a{n},b{n},{0.5 if n < errors else 0.9},0,x,x" for n in range(100)]
    lines += [f"c{n},d{n},{0.5 if n < 60 else 0.9},0,y,y" for n in range(100)]
    return "\n".join(lines).encode()


def asked_run(team, eve, content: bytes | None = None) -> AuditRun:
    file = io.BytesIO(content or small_scores())
    taken = receiving.receive(team=team, file=file, name="scores.csv", actor=eve)
    asked = auditing.ask(
        team=team,
        title="A small system",
        kind="verify",
        files={"data": taken.upload},
        parameters={
            "thresholds": [{"name": "0.6", "value": 0.6, "origin": "given"}],
            "system": {"name": "A small system 1.0"},
        },
        company=None,
        actor=eve,
        now=NOON,
    )
    return AuditRun.objects.get(pk=asked.run_id)


def published_report(team, eve) -> Report:
    run = asked_run(team, eve)
    report = auditing.compute(run, lambda _done, _total: None)
    kept = auditing.keep(run_id=run.pk, report=report, now=NOON)
    auditing.publish(sha256=kept.sha256, actor=eve, now=NOON)
    return Report.objects.get(pk=kept.sha256)
