"""Notices can be stopped by one click, by a mail program or a person (RFC 8058)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from background.actions.outbox import compose
from background.models import OutboxMail
from signatures import mails
from signatures.actions import noticing, withdrawing
from signatures.models import Signature
from signatures.policy import UNSUBSCRIBE_DAYS
from tests.factories import confirmed, open_petition, opened, sign, signature_of
from tests.people import ASHA, NOON

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben)


@pytest.fixture
def signature(petition):
    confirmed(petition, ASHA)
    OutboxMail.objects.all().delete()
    return signature_of(petition, ASHA)


def notice(signature, now=NOON):
    noticed = noticing.post_notice(
        signature=signature, kind=mails.REVEAL_OFF, context={"number": 10}, now=now
    )
    return compose(OutboxMail.objects.latest("due_at")) if noticed.posted else None


def address_in(message):
    return re.fullmatch(r"<https?://[^/]+(/u/\S+/)>", message.extra_headers["List-Unsubscribe"])[1]


def is_muted():
    return Signature.objects.get().is_muted


def test_a_notice_carries_the_headers_and_the_link(signature):
    message = notice(signature)

    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address_in(message) in message.body
    assert message.to == [ASHA]
    sent = message.message()
    assert sent["List-Unsubscribe"].startswith("<http")
    assert "List-Unsubscribe" in sent.as_string()


def test_a_mail_that_was_asked_for_carries_none(petition, signature):
    sign(petition, ASHA)

    message = compose(OutboxMail.objects.get())

    assert "List-Unsubscribe" not in message.extra_headers
    assert "/u/" not in message.body


def test_only_a_declared_notice_is_posted_as_one(signature):
    with pytest.raises(ValueError, match="not declared"):
        noticing.post_notice(signature=signature, kind=mails.SIGNED, context={}, now=NOON)


def test_a_mail_program_stops_it_without_cookie_or_csrf_token(signature):
    address = address_in(notice(signature))
    program = Client(enforce_csrf_checks=True)

    for _ in range(2):  # again, and nothing changes
        answer = program.post(address, ONE_CLICK)
        assert answer.status_code == 200
        assert is_muted()
    assert "visit" not in answer.cookies
    signature.refresh_from_db()
    assert notice(signature) is None


def test_opening_the_link_stops_nothing_and_tells_nothing(client, petition, signature):
    address = address_in(notice(signature))

    for method in (client.get, client.head):
        page = method(address)
        assert page.status_code == 200
        for secret in (petition.title, petition.slug, "asha", "mployee"):
            assert secret not in page.content.decode()
    assert not is_muted()
    assert "Stop it" in client.get(address).content.decode()


def test_the_link_gives_no_other_power(client, signature):
    token = address_in(notice(signature)).strip("/").partition("/")[2]

    for name in ("signature-confirm", "signature-refuse", "mine-open"):
        assert client.post(reverse(f"signatures:{name}", args=[token])).status_code == 410
    client.cookies["visit"] = token
    assert client.get(reverse("signatures:mine")).status_code == 302
    assert Signature.objects.get().state == "confirmed"


@pytest.mark.parametrize("token", ["x" * 43, "x"])
def test_a_link_that_nobody_sent_stops_nothing(client, signature, token):
    assert client.post(reverse("signatures:unsubscribe", args=[token])).status_code == 410
    assert not is_muted()


def test_a_visit_or_a_confirming_link_is_no_unsubscribing_link(client, petition, signature):
    visit = opened(client, petition, "ben@mail.example")

    assert client.post(reverse("signatures:unsubscribe", args=[visit])).status_code == 410


def test_the_link_ends_after_a_year(client, signature):
    from datetime import timedelta

    from django.utils import timezone

    long_ago = timezone.now() - timedelta(days=UNSUBSCRIBE_DAYS, seconds=1)
    address = address_in(notice(signature, now=long_ago))

    assert client.post(address, ONE_CLICK).status_code == 410


def test_nobody_writes_to_a_signature_that_was_taken_back(petition):
    token = confirmed(petition, ASHA)
    withdrawing.withdraw(token=token, now=NOON)

    assert notice(signature_of(petition, ASHA)) is None
