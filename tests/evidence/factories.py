"""Reports for tests, from a file small enough to be quick."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

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


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode() + b"\n"


def small_searches() -> bytes:
    """A search for each of 240 people who are in no gallery; y is hit four times as often."""
    rows = [(n, "xy"[n % 2], n % 20 < (2 if n % 2 == 0 else 8)) for n in range(240)]
    return lines("probe,gallery,hits,race", *[f"p{n},500,{int(hit)},{g}" for n, g, hit in rows])


def small_labels() -> bytes:
    return lines("id,race,gender", *[f"p{n},{'xy'[n % 2]},{'fm'[n // 2 % 2]}" for n in range(240)])


def small_predictions(wrong_every: int = 5) -> bytes:
    """Every so many women are called men."""
    said = ["m" if n // 2 % 2 or n % wrong_every == 0 else "f" for n in range(240)]
    return lines("id,predicted", *[f"p{n},{one}" for n, one in enumerate(said)])


def small_pairs(shift: float) -> bytes:
    """Two samples of each of 60 people, all compared; strangers of group y score higher."""
    rows = ["subject_a,subject_b,similarity,mated,race_a,race_b"]
    for a in range(60):
        for b in range(a, 60):
            noise = (a * 37 + b * 61) % 100 / 50
            score = 3 + noise if a == b else noise + shift * (a % 2 and b % 2)
            rows.append(f"p{a},p{b},{score:.3f},{int(a == b)},{'xy'[a % 2]},{'xy'[b % 2]}")
    return lines(*rows)


def small_counts() -> bytes:
    return lines("system,race,errors,n", "One,x,12,200", "One,y,40,200")


# A filled-in form of each kind: its files by role, and its fields.
FORMS: dict[str, tuple[dict[str, bytes], dict[str, str]]] = {
    "verify": (
        {"data": small_scores()},
        {"thresholds": "0.6", "origin": "the vendor's default", "system": "Alpha"},
    ),
    "identify": (
        {"data": small_searches()},
        {"thresholds": "80", "ranks": "1", "system": "Alpha", "contrasts": "x / y"},
    ),
    "classify": (
        {"data": small_predictions(), "truth": small_labels()},
        {"attribute": "gender", "groups": "race, gender", "system": "Alpha", "reference": "x · m"},
    ),
    "counts": ({"data": small_counts()}, {"metric": "FPIR", "groups": "race", "seed": "0"}),
    "compare": (
        {"a": small_pairs(1.0), "b": small_pairs(0.2)},
        {
            "name_a": "Alpha", "version_a": "1", "name_b": "Alpha", "version_b": "2",
            "thresholds_a": "2", "thresholds_b": "2",
        },
    ),
}  # fmt: skip


def hand_in(client, team, kind: str, files=None, **changed):
    """Post the form of a kind, as filled in above but for what is changed."""
    usual, fields = FORMS[kind]
    given = {
        role: SimpleUploadedFile(f"{role}.csv", one) if isinstance(one, bytes) else one
        for role, one in (usual | (files or {})).items()
        if one is not None
    }
    form = {"title": f"An audit: {kind}", "team": team.pk} | fields | given | changed
    return client.post(reverse("evidence:audit-create", args=[kind]), form)
