"""Every mail of a signer's way, read from a real mail server that our outbox delivered it to."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as ours
from django.utils import timezone

from background.actions import deliver_mail
from background.models import OutboxMail
from background.policy import MAIL_ATTEMPTS_MAX, backoff
from signatures.models import Signature
from tests.documents import give_key, photo, upload
from tests.factories import confirmed, open_petition, sign, signature_of
from tests.people import ASHA, ASHA_AT_WORK
from tests.smtp import links_in, words_of

WAYS = ["mailbox", "document"]


@pytest.fixture
def petition(team, ben):
    give_key(team)
    return open_petition(team, ben, methods=WAYS)


def path_in(message, start):
    return next(urlsplit(link).path for link in links_in(message) if start in link)


def test_a_signer_gets_each_mail_from_the_server(client, smtp, petition):
    path = f"/petitions/{petition.slug}/sign/employee/"
    form = {"address": ASHA, "text": petition.text.digest, "consent": "on"}
    client.post(path, form)
    client.post(path_in(smtp.newest(ASHA), "/s/"))
    assert signature_of(petition, ASHA).state == Signature.State.CONFIRMED

    client.post("/mine/prove/mailbox/", {"address": ASHA_AT_WORK})
    code = re.search(r"\d{4} \d{4}", words_of(smtp.newest(ASHA_AT_WORK))).group()
    client.post("/mine/prove/mailbox/next/", {"code": code})
    assert signature_of(petition, ASHA).cell == ("employee", "mailbox")

    client.cookies.clear()
    client.post("/mine/closed/", {"petition": petition.slug, "address": ASHA})
    client.post(path_in(smtp.newest(ASHA), "/mine/open/"))
    assert client.get("/mine/").status_code == 200

    client.post("/mine/prove/document/", {"kind": "badge", "picture": upload(photo())})
    notice = smtp.newest(ASHA)
    assert notice["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = urlsplit(notice["List-Unsubscribe"].strip(" <>"))
    assert f"{stop.scheme}://{stop.netloc}" == ours.SITE_URL
    client.post(stop.path, {"List-Unsubscribe": "One-Click"})
    assert signature_of(petition, ASHA).is_muted

    assert [message["To"] for message in smtp.taken] == [ASHA, ASHA_AT_WORK, ASHA, ASHA]
    for message in smtp.taken:
        assert message.get_content_type() == "text/plain"
        assert message["Auto-Submitted"] == "auto-generated"
        assert ("List-Unsubscribe" in message) == (message is notice)
        assert message["To"] not in str(message["Subject"])
    assert len({message["Message-ID"] for message in smtp.taken}) == 4


def test_the_code_at_work_names_neither_petition_nor_cause_nor_host(client, smtp, petition):
    client.cookies["visit"] = confirmed(petition, ASHA)
    client.post("/mine/prove/mailbox/", {"address": ASHA_AT_WORK})

    message = smtp.newest(ASHA_AT_WORK)

    said = message.as_string()
    host = urlsplit(ours.SITE_URL).hostname
    title, company = petition.text.title, petition.target.company.name
    for told in (title, company, host, "petition", "sign", "Countersign", "union", "http", ASHA):
        assert told.lower() not in said.lower(), told
    assert links_in(message) == []
    assert message["From"] == ours.NEUTRAL_FROM_EMAIL
    assert message["Message-ID"].endswith("@mail.example>")


def test_for_now_is_tried_again_with_the_same_id_and_for_ever_ends(smtp, petition):
    sign(petition, ASHA)
    mail = OutboxMail.objects.get()
    smtp.answers = ["451 try again later", "421 busy"]

    now = timezone.now()
    for attempt in (1, 2):
        assert deliver_mail(mail_id=mail.pk, now=now).state == OutboxMail.State.WAITING
        assert deliver_mail(mail_id=mail.pk, now=now).state is None  # not before its time
        now += backoff(attempt)
    assert deliver_mail(mail_id=mail.pk, now=now).state == OutboxMail.State.SENT
    assert [message["Message-ID"] for message in smtp.taken] == [f"<{mail.pk}@countersign.example>"]

    sign(petition, "no-such@mail.example")
    mail = OutboxMail.objects.get(state=OutboxMail.State.WAITING)
    smtp.answers = ["550 no such mailbox"]
    assert deliver_mail(mail_id=mail.pk, now=now).state == OutboxMail.State.FAILED
    mail.refresh_from_db()
    assert (mail.attempts, bytes(mail.address)) == (1, b"")
    assert len(smtp.taken) == 1


def test_a_server_that_is_busy_for_ever_gets_so_many_attempts(smtp, petition):
    sign(petition, ASHA)
    mail = OutboxMail.objects.get()
    smtp.answers = ["451 later"] * 20

    states = [
        deliver_mail(mail_id=mail.pk, now=timezone.now() + timedelta(days=day)).state
        for day in range(MAIL_ATTEMPTS_MAX + 1)
    ]

    assert states == [OutboxMail.State.WAITING] * (MAIL_ATTEMPTS_MAX - 1) + ["failed", None]
    assert len(smtp.answers) == 20 - MAIL_ATTEMPTS_MAX
