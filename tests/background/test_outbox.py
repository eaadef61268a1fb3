"""The outbox: sent once, tried again, wiped; nothing of a mail is logged."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from background.actions import deliver_mail, post
from background.actions.outbox import compose
from background.models import OutboxMail
from background.policy import MAIL_ATTEMPTS_MAX
from signatures import mails
from tests.parallel import at_once
from tests.people import ASHA


class Broken(EmailBackend):
    """A mail server that answers with an error."""

    error: Exception = OSError("connection refused")

    def send_messages(self, messages):
        raise self.error


@pytest.fixture
def server(settings):
    """Choose what the mail server answers."""

    def answers(error):
        Broken.error = error
        settings.EMAIL_BACKEND = f"{__name__}.Broken"

    return answers


def new(language="en"):
    context = {"link": "https://example.org/s/TOKEN/", "days": 7}
    return post(kind=mails.CONFIRM, to=ASHA, context=context, language=language, now=timezone.now())


def deliver(row, after=timedelta(0)):
    return deliver_mail(mail_id=row.pk, now=timezone.now() + after).state


def test_a_mail_is_sent_once_and_wiped(db):
    row = new()

    states = [deliver(row), deliver(row)]
    row.refresh_from_db()

    assert states == [OutboxMail.State.SENT, None]
    assert [message.to for message in django_mail.outbox] == [[ASHA]]
    assert (bytes(row.address), bytes(row.context)) == (b"", b"")


def test_a_mail_goes_with_the_transaction_that_caused_it(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        new()
        raise RuntimeError

    assert not OutboxMail.objects.exists()


def test_a_row_that_is_gone_cannot_keep_its_address(db):
    row = new()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.filter(pk=row.pk).update(state=OutboxMail.State.SENT)


def test_waiting_rows_hold_no_plain_address_or_link(db):
    row = new()

    assert b"asha" not in bytes(row.address)
    assert b"TOKEN" not in bytes(row.context)


@pytest.mark.parametrize(
    "error",
    [
        OSError("refused"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPRecipientsRefused({ASHA: (451, b"greylisted")}),
        ValueError("a bug in a template"),
    ],
)
def test_a_mail_that_fails_for_now_waits_and_is_tried_again(db, server, error):
    server(error)
    row = new()

    states = [deliver(row), deliver(row)]
    row.refresh_from_db()

    assert states == [OutboxMail.State.WAITING, None]
    assert row.attempts == 1
    assert row.reveal_address() == ASHA


def test_a_refused_address_is_given_up_at_once(db, server):
    server(smtplib.SMTPRecipientsRefused({ASHA: (550, b"no such mailbox")}))
    row = new()

    assert deliver(row) == OutboxMail.State.FAILED
    row.refresh_from_db()
    assert bytes(row.address) == b""


def test_a_mail_is_given_up_after_its_last_attempt(db, server):
    server(OSError("refused"))
    row = new()

    states = [deliver(row, timedelta(days=day)) for day in range(MAIL_ATTEMPTS_MAX + 1)]

    assert states[-2:] == [OutboxMail.State.FAILED, None]


def test_the_log_names_neither_address_nor_link(db, server, caplog):
    caplog.set_level("DEBUG")
    server(smtplib.SMTPRecipientsRefused({ASHA: (451, b"try later, " + ASHA.encode())}))

    deliver(new())

    assert "SMTPRecipientsRefused" in caplog.text
    assert "asha" not in caplog.text.lower()
    assert "TOKEN" not in caplog.text


def test_every_attempt_bears_the_same_id(db):
    row = new()

    assert (
        compose(row).extra_headers["Message-ID"]
        == compose(OutboxMail.objects.get()).extra_headers["Message-ID"]
    )


@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_one_sends():
    row = new()

    states = at_once(10, lambda _place: deliver(row), threads=10)

    assert states.count(OutboxMail.State.SENT) == 1
    assert len(django_mail.outbox) == 1


def test_a_broker_that_is_down_loses_nothing(db, monkeypatch, django_capture_on_commit_callbacks):
    from background import wakeups

    def down(*_args, **_kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(wakeups.current_app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        row = new()

    assert OutboxMail.objects.due(timezone.now()).get() == row
