"""An organiser's sign-ins are listed and can be ended; from where they came is written nowhere."""

import logging

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import dumps
from tests.people import PASSWORD

BROWSER, NETWORK = "PlantedBrowser/7.7", "203.0.113.88"
LIST = reverse("usersessions_list")


def browser():
    return Client(REMOTE_ADDR=NETWORK, HTTP_USER_AGENT=BROWSER, HTTP_X_FORWARDED_FOR=NETWORK)


def sign_in(client, ben, password=PASSWORD):
    fields = {"login": ben.email, "password": password}
    return client.post(reverse("account_login"), fields)


def test_neither_address_nor_browser_is_in_a_table_or_a_line_of_the_log(
    transactional_db, ben, caplog
):
    from config.logs import RedactingFormatter

    caplog.set_level(logging.DEBUG)
    visitor = browser()
    for _try in range(6):
        assert sign_in(visitor, ben, "wrong").status_code == 200
    assert "Too many" in sign_in(visitor, ben).content.decode()
    browser().post(reverse("account_reset_password"), {"email": ben.email})
    cache.clear()
    assert sign_in(visitor, ben).status_code == 302
    sign_in(browser(), ben, "wrong")

    assert dumps.leaks([BROWSER, NETWORK], iter([("the dump", dumps.dump())])) == []
    lines = "\n".join(map(RedactingFormatter("%(message)s").format, caplog.records))
    assert UserSession.objects.count() == 1
    ours = [line for line in lines.splitlines() if "INSERT" not in line and "SELECT" not in line]
    assert [line for line in ours if BROWSER in line or NETWORK in line] == []


def test_the_cache_names_no_address_either(transactional_db, ben):
    for _try in range(2):
        sign_in(browser(), ben, "wrong")

    table = settings.CACHES["default"]["LOCATION"]
    rows = [line for line in dumps.dump().split(b"\n") if line.startswith(b"COPY public.cache")]
    assert rows, f"the dump holds the table {table}"
    assert b"login_failed" not in dumps.dump()


def test_every_limit_of_sign_in_is_by_account():
    from allauth.account import app_settings as account
    from allauth.mfa import app_settings as mfa

    rates = [rate for limits in (account.RATE_LIMITS, mfa.RATE_LIMITS) for rate in limits.values()]
    assert account.RATE_LIMITS["login_failed"]
    assert [rate for rate in rates if rate and "ip" in rate] == []


@pytest.mark.django_db
def test_sessions_are_listed_without_a_place_and_ended(ben):
    here, there = browser(), browser()
    sign_in(there, ben)
    sign_in(here, ben)

    page = here.get(LIST).content.decode()

    assert "this browser" in page
    assert page.count("Signed in ") == 2
    assert "0.0.0.0" not in page
    here.post(LIST)
    assert UserSession.objects.count() == 1
    assert here.get(LIST).status_code == 200
    assert there.get(LIST).status_code == 302
