"""The schedule: what goes when, that counts stay, and that one petition does not stop another."""

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from background.actions import enqueue, run_job
from background.models import Job, OutboxMail
from background.retention import JOB
from petitions import desk
from petitions.actions import lifecycle
from petitions.models import Petition, Total
from privacy import exports, retention
from privacy.actions import retaining
from privacy.digests import keyed_digest
from privacy.errors import KeyDestroyed
from privacy.keys import digest_salt, newest_key
from privacy.models import Erasure
from proofs.models import Claim, Proof
from signatures.actions import counting, withdrawing
from signatures.errors import SignatureRefused
from signatures.models import Block, Link, MailCount, Signature, Visibility
from tests.factories import confirmed, open_petition, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, ASHA_AT_WORK, NOON
from tests.privacy.planted import proved
from transparency.actions import append
from transparency.models import LogEntry

KEEP_DAYS = 30
LATER = NOON + timedelta(days=KEEP_DAYS)


def closed_petition(team, ben, **particulars):
    """Asha proved, Ravi unproved, one who took it back, one who never confirmed; then closed."""
    petition = open_petition(team, ben, keep_days=KEEP_DAYS, **particulars)
    proved(petition, ASHA, ASHA_AT_WORK)
    confirmed(petition, "ravi@mail.example", "public")
    withdrawing.withdraw(token=confirmed(petition, "dina@mail.example", "public"), now=NOON)
    sign(petition, "eli@mail.example", "public")
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    counting.fold(now=NOON)
    return petition


def cells(petition):
    rows = Total.objects.filter(petition=petition, total__gt=0)
    return {(row.relation, row.proof): row.total for row in rows}


def part_of(retained, petition):
    return next(part for part in retained.parts if part.name == petition.slug)


def test_a_day_too_early_nothing_goes(team, ben):
    petition = closed_petition(team, ben)

    retaining.run(now=LATER - timedelta(days=1))

    assert signature_of(petition, ASHA).reveal_address() == ASHA
    assert not Erasure.objects.exists()


def test_an_open_petition_is_never_due(team, ben):
    petition = open_petition(team, ben, keep_days=1)
    confirmed(petition, ASHA)

    retaining.run(now=NOON + timedelta(days=3000))

    assert signature_of(petition, ASHA).reveal_address() == ASHA


def test_on_the_day_people_go_and_the_count_stays(team, ben):
    petition = closed_petition(team, ben)
    before = cells(petition)

    retaining.run(now=LATER)

    rows = list(Signature.objects.filter(petition=petition))
    assert sorted(row.relation for row in rows) == ["employee", "public"]
    for row in rows:
        assert (bytes(row.address), bytes(row.name), bytes(row.title)) == (b"", b"", b"")
        assert (bytes(row.log_salt), row.consents) == (b"", {"keep": ""})
        assert row.anonymised_on == LATER.date()
    for model in (Link, MailCount, Block, Visibility, Claim):
        assert not model.objects.exists(), model
    assert Proof.objects.get().mailbox_digest is None
    assert before == cells(petition) == {("employee", "mailbox"): 1, ("public", "none"): 1}
    assert counting.recount(now=LATER).corrected == 0


def test_canonical_addresses_and_what_is_derived_from_them_go_too(team, ben):
    """The first bug of e-petitions: canonical address and derived ids were left (domain.md 6)."""
    petition = closed_petition(team, ben)
    derived = {
        keyed_digest(address, scope=petition.pk, purpose=purpose)
        for address in (ASHA, "ravi@mail.example", ASHA_AT_WORK)
        for purpose in ("signer", "mailbox")
    }

    retaining.run(now=LATER)

    left = {bytes(digest) for digest in Signature.objects.values_list("address_digest", flat=True)}
    left |= {bytes(d) for d in Proof.objects.values_list("mailbox_digest", flat=True) if d}
    assert not left & derived
    assert len(left) == 2  # still one for each person


def test_the_petitions_key_is_destroyed(team, ben):
    petition, other = closed_petition(team, ben), open_petition(team, ben)
    confirmed(other, ASHA)

    retaining.run(now=LATER)

    with pytest.raises(KeyDestroyed):
        newest_key(petition.pk)
    with pytest.raises(KeyDestroyed):
        digest_salt(petition.pk)
    assert signature_of(other, ASHA).reveal_address() == ASHA


def test_a_second_run_finds_nothing_and_tells_nothing_twice(team, ben):
    petition = closed_petition(team, ben)
    retaining.run(now=LATER)
    append(now=LATER)
    size = LogEntry.objects.count()

    again = retaining.run(now=LATER + timedelta(days=1))
    append(now=LATER)

    assert sum(part_of(again, petition).rows.values()) == 0
    assert LogEntry.objects.count() == size
    assert Erasure.objects.get().erased_on == LATER.date()


def test_a_preview_counts_what_a_run_erases_and_changes_nothing(team, ben):
    petition = closed_petition(team, ben)

    said = retaining.preview(now=LATER)

    assert signature_of(petition, ASHA).reveal_address() == ASHA
    assert not Erasure.objects.exists()
    due = {rule: rows for rule, rows in part_of(said, petition).rows.items() if rows}
    assert due["signatures.people"] == due["signatures.uncounted"] == 2
    # Links and visibility of a row that goes are gone with it, so a rule may find fewer.
    erased = part_of(retaining.run(now=LATER), petition).rows
    assert set(erased) <= set(due)
    assert erased["signatures.people"] == 2


def broken(monkeypatch, petition, words="boom"):
    """Let the rule on people fail in this petition alone."""
    rule = retention.AFTER_CLOSING["signatures.people"]

    class Fails:
        name, due = rule.name, rule.due

        def apply(self, reach, limit):
            if reach.scope == petition.pk:
                Signature.objects.filter(petition=petition).update(name=b"half done")
                raise ValueError(words)
            return rule.apply(reach, limit)

    monkeypatch.setitem(retention.AFTER_CLOSING, rule.name, Fails())


def test_a_petition_that_fails_does_not_stop_the_others(team, ben, host, monkeypatch, caplog):
    """The second bug of e-petitions: a `return` in the loop ended the run (domain.md 6)."""
    first = closed_petition(team, ben)
    fails, last = closed_petition(team, ben), closed_petition(team, ben)
    broken(monkeypatch, fails, words=f"duplicate key: {ASHA}")

    retained = retaining.run(now=LATER)

    assert [part.name for part in retained.failed] == [fails.slug]
    for petition in (first, last):
        assert Erasure.objects.get(scope=petition.pk).erased_on == LATER.date()
    assert bytes(signature_of(fails, ASHA).name) == b""  # the half-done batch was taken back
    assert str(fails.pk) in caplog.text
    assert "ValueError" in caplog.text
    assert ASHA not in caplog.text
    assert ASHA not in Erasure.objects.get(scope=fails.pk).problem
    assert "ValueError" in " ".join(todo.text for todo in desk.desk_of(host).todo)
    assert "ValueError" not in " ".join(todo.text for todo in desk.desk_of(ben).todo)

    monkeypatch.undo()
    assert not retaining.run(now=LATER).failed
    assert Erasure.objects.get(scope=fails.pk).problem == ""


def test_the_command_ends_with_an_error_where_a_petition_fails(team, ben, monkeypatch, capsys):
    ben_petition = closed_petition(team, ben)
    broken(monkeypatch, ben_petition)
    monkeypatch.setattr("privacy.management.commands.retain.timezone.now", lambda: LATER)

    with pytest.raises(CommandError, match=ben_petition.slug):
        call_command("retain")

    assert "every day" in capsys.readouterr().out


def test_the_command_prints_each_rule_and_takes_one_petition(team, ben, monkeypatch, capsys):
    one, other = closed_petition(team, ben), closed_petition(team, ben)
    monkeypatch.setattr("privacy.management.commands.retain.timezone.now", lambda: LATER)

    call_command("retain", "--dry-run")
    dry = capsys.readouterr().out
    call_command("retain", "--petition", one.slug)
    wet = capsys.readouterr().out

    for rule in (*retention.AFTER_CLOSING, *retention.SHORT_LIVED):
        assert rule in dry
    assert other.slug in dry
    assert other.slug not in wet
    assert list(Erasure.objects.values_list("scope", flat=True)) == [one.pk]


def test_the_command_says_that_a_petition_is_not_due(team, ben):
    with pytest.raises(CommandError, match="is not up"):
        call_command("retain", "--petition", open_petition(team, ben).slug)


def test_a_rule_that_fails_every_day_does_not_stop_the_other_rules(team, ben, monkeypatch):
    petition = closed_petition(team, ben)

    class Fails:
        name = "signatures.old-links"

        def apply(self, _reach, _limit):
            raise OSError

    monkeypatch.setitem(retention.SHORT_LIVED, Fails.name, Fails())

    retained = retaining.run(now=LATER)

    assert retained.parts[0].failed == "signatures.old-links: OSError"
    assert retained.parts[0].rows["background.stuck-mail"] > 0
    assert Erasure.objects.get(scope=petition.pk).erased_on


def test_who_is_on_the_page_while_it_is_erased_is_told_that_the_link_is_over(team, ben):
    petition = open_petition(team, ben, keep_days=1)
    token = confirmed(petition, ASHA)
    Signature.objects.update(anonymised_on=NOON.date())

    with pytest.raises(SignatureRefused) as refused:
        withdrawing.withdraw(token=token, now=NOON)

    assert refused.value.code == "link-over"


# What goes every day ----------------------------------------------------------------------------


def test_what_is_over_goes_while_the_petition_is_open(team, ben):
    petition = open_petition(team, ben)
    proved(petition, ASHA, ASHA_AT_WORK)
    sign(petition, "eli@mail.example", "public")
    later = NOON + timedelta(days=15)

    retaining.run(now=later)

    assert Signature.objects.get().reveal_address() == ASHA
    assert Proof.objects.get().mailbox_digest is not None
    for model in (Link, MailCount, Claim):
        assert not model.objects.exists(), model
    assert not OutboxMail.objects.exclude(address=b"").exists()


def test_a_pending_signature_with_a_live_link_stays(team, ben):
    petition = open_petition(team, ben)
    sign(petition, "eli@mail.example", "public")
    Link.objects.update(expires_at=NOON + timedelta(days=20))

    retaining.run(now=NOON + timedelta(days=15))

    assert Signature.objects.count() == 1


def test_mail_that_is_stuck_is_wiped_and_told(team, ben):
    sign(open_petition(team, ben), ASHA)

    retaining.run(now=NOON + timedelta(days=2))
    assert bytes(OutboxMail.objects.get().address) != b""
    retaining.run(now=NOON + timedelta(days=4))

    mail = OutboxMail.objects.get()
    assert (mail.state, bytes(mail.address), bytes(mail.context)) == ("failed", b"", b"")
    retaining.run(now=NOON + timedelta(days=40))
    assert not OutboxMail.objects.exists()


def test_exports_go_by_age_and_with_their_petition(team, ben, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    petition, other = closed_petition(team, ben), open_petition(team, ben)
    ages = {"old": LATER - timedelta(days=8), "new": LATER - timedelta(days=6)}
    for scope in (petition.pk, other.pk):
        for name, made in ages.items():
            file = exports.folder_of(scope) / f"{name}.csv"
            file.write_text(ASHA)
            os.utime(file, (made.timestamp(), made.timestamp()))

    retaining.run(now=LATER)

    left = [file.relative_to(tmp_path / "exports") for file in exports.root().rglob("*.csv")]
    assert [str(file) for file in left] == [f"{other.pk}/new.csv"]


# As a job ---------------------------------------------------------------------------------------


def test_the_nightly_job_erases_and_shows_its_progress(team, ben, monkeypatch):
    petition = closed_petition(team, ben)
    monkeypatch.setattr("background.retention.timezone.now", lambda: LATER)
    job = enqueue(kind=JOB, key="2026-12-24", payload={}, now=NOON)

    run_job(job_id=job.pk, now=LATER)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 2, 2)
    assert job.words == petition.slug
    assert Erasure.objects.get(scope=petition.pk).erased_on


def test_a_job_that_could_not_do_all_is_tried_again(team, ben, monkeypatch):
    petition = closed_petition(team, ben)
    broken(monkeypatch, petition)
    monkeypatch.setattr("background.retention.timezone.now", lambda: LATER)
    job = enqueue(kind=JOB, key="2026-12-24", payload={}, now=NOON)

    assert run_job(job_id=job.pk, now=LATER).state == Job.State.WAITING


def test_a_cancelled_run_stops_between_two_batches(team, ben):
    petition = closed_petition(team, ben)
    steps = retaining.steps(now=LATER)
    next(steps)
    steps.close()

    assert retaining.run(now=LATER).failed == []
    assert Erasure.objects.get(scope=petition.pk).erased_on


@pytest.mark.django_db(transaction=True)
def test_people_sign_other_petitions_while_some_are_erased(team, ben):
    due = [closed_petition(team, ben) for _ in range(3)]
    # Closed long ago instead of a run far in the future: those who sign meanwhile sign today.
    Petition.objects.update(closed_on=NOON.date() - timedelta(days=KEEP_DAYS))
    busy = open_petition(team, ben)

    def act(place):
        if place < 3:
            return retaining.run(now=NOON)
        return confirmed(busy, f"person{place}@mail.example", "public")

    answers = at_once(23, act)

    assert [a for a in answers if isinstance(a, Exception)] == []
    counting.fold(now=NOON)
    assert cells(busy) == {("public", "none"): 20}
    assert Signature.objects.filter(petition=busy).exclude(address=b"").count() == 20
    for petition in due:
        erasure = Erasure.objects.get(scope=petition.pk)
        assert erasure.rows["signatures.people"] == 2  # three runs at once counted each row once
        assert cells(petition) == {("employee", "mailbox"): 1, ("public", "none"): 1}
    assert counting.recount(now=LATER).corrected == 0


def test_a_batch_and_its_count_are_one_transaction(team, ben):
    petition = closed_petition(team, ben)
    with transaction.atomic():
        retaining.run(now=LATER)
        transaction.set_rollback(True)

    assert signature_of(petition, ASHA).reveal_address() == ASHA
    assert not Erasure.objects.exists()
