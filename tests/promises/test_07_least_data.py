"""Promise 7, retention: afterwards no secret is in a table, file or log; counts are the same."""

import io
import logging
from datetime import timedelta

from django.core.management import call_command

from background.actions import deliver_mail
from background.models import OutboxMail
from petitions import ledger
from petitions.actions import lifecycle
from petitions.models import Petition
from privacy.actions import retaining
from privacy.models import AccessRecord
from signatures.actions import counting
from tests.factories import open_petition
from tests.people import ASHA, NOON
from tests.privacy.planted import found_in_files, found_in_tables, plant
from tests.privacy.planted_by_others import FOUND, WAYS, plant_by_others

KEEP_DAYS = 60
DUE = NOON + timedelta(days=KEEP_DAYS)


def said(petition):
    statement = ledger.statement(Petition.objects.with_texts().get(pk=petition.pk))
    return [(row.relation, row.total, row.parts) for row in statement.rows], statement.unverified


def test_after_retention_nothing_planted_is_left(
    team, ben, settings, tmp_path, monkeypatch, caplog
):
    caplog.set_level(logging.DEBUG)
    settings.VAR_DIR, settings.EMAIL_FILE_PATH = tmp_path, tmp_path / "mail"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    petition = open_petition(team, ben, keep_days=KEEP_DAYS, publication="at_once", methods=WAYS)
    texts, derived = plant_by_others(petition, ben)
    planted = plant(petition)
    planted.texts |= texts
    planted.derived |= derived
    mails = OutboxMail.objects.filter(kind="signatures.confirm")
    mine = next(mail for mail in mails if mail.reveal_address() == ASHA)
    deliver_mail(mail_id=mine.pk, now=NOON)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    counting.fold(now=NOON)
    before, printed = said(petition), io.StringIO()
    # The search finds what is there to find, so that finding nothing means something.
    names = " ".join(found_in_tables(planted, monkeypatch))
    for name in (
        "address",
        "name",
        "title",
        "code",
        "body",
        "signer",
        "mailbox",
        "receipt",
        "salt",
        *FOUND,
    ):
        assert f": {name}" in names or name in names.split(), name
    assert "piece of the picture" not in names
    files = " ".join(found_in_files(planted, tmp_path))
    assert "signers.csv: name" in files
    assert ".log: address" in files

    monkeypatch.setattr("privacy.management.commands.retain.timezone.now", lambda: DUE)
    call_command("retain", stdout=printed)

    assert found_in_tables(planted, monkeypatch) == set()
    assert found_in_files(planted, tmp_path) == set()
    for text in planted.texts.values():
        assert text not in caplog.text + printed.getvalue()
    assert said(petition) == before
    assert counting.recount(now=DUE).corrected == 0


def test_what_stays_names_organisers_only(team, ben):
    petition = open_petition(team, ben, keep_days=KEEP_DAYS)
    plant(petition)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    records = AccessRecord.objects.count()

    retaining.run(now=DUE)

    assert AccessRecord.objects.count() == records
