"""Signing in, and the second factor without which nothing is seen."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import User
from background.models import OutboxMail
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def test_without_a_second_factor_every_page_leads_to_setting_one_up(client, ben, strict):
    client.force_login(ben)

    for path in ["/desk/", "/petitions/", "/companies/"]:
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (302, reverse("mfa_index"))


def test_with_a_second_factor_the_pages_open(client, ben, strict):
    Authenticator.objects.create(user=ben, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(ben)

    assert client.get("/nowhere/").status_code == 404


def test_recovery_codes_alone_are_no_second_factor(client, ben, strict):
    Authenticator.objects.create(user=ben, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(ben)

    assert client.get("/desk/").status_code == 302


def test_visitors_are_not_asked_for_one(client, strict):
    assert client.get("/nowhere/").status_code == 404


def test_the_desk_sends_a_visitor_to_the_one_door(client):
    steps = client.get("/desk/", follow=True).redirect_chain

    assert steps[-1][0].startswith("/accounts/login/")


def test_nobody_signs_up_uninvited(client):
    fields = {"email": "x@mail.example", "password1": PASSWORD, "password2": PASSWORD}

    client.post(reverse("account_signup"), fields)

    assert not User.objects.exists()


def test_an_address_signs_in_in_any_case_of_letters(client, ben):
    client.post(reverse("account_login"), {"login": "BEN@team.example", "password": PASSWORD})

    assert int(client.session["_auth_user_id"]) == ben.pk


def test_a_new_account_chooses_its_password_by_mail_from_the_outbox(client, host):
    dora = User.objects.create_user("dora@team.example")

    client.post(reverse("account_reset_password"), {"email": dora.email})

    assert OutboxMail.objects.filter(kind="accounts.notice").count() == 1


def test_a_password_for_an_unknown_address_gets_the_same_answer(client, ben):
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in [ben.email, "nobody@mail.example"]
    ]

    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
