"""Company single sign-on: a real provider, real tokens; nothing stays but verdict and digest."""

import base64
import hashlib
import hmac
import html
import json
import logging
import re
import time
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from proofs import oidc, policy
from proofs.methods.base import METHODS
from proofs.models import Claim, Proof
from signatures import visits
from signatures.actions import confirming, proving
from signatures.models import Signature
from tests.factories import confirmed, make_company, open_petition, signature_of
from tests.people import ASHA, ASHA_AT_WORK, NOON
from tests.proofs.provider import CLIENT, Provider
from tests.signatures.test_sign_and_prove import code_in_mail

BEGIN, BACK = "/mine/prove/sso/", "/mine/prove/sso/next/"


@pytest.fixture
def provider(settings):
    made = Provider()
    settings.SSO_PROVIDERS = made.setting()
    yield made
    made.close()


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, publication="at_once", methods=["mailbox", "sso"])


def signer(petition, address=ASHA):
    """A browser that opened the signature of this address."""
    confirmed(petition, address)
    client = Client()
    token = confirming.new_visit(signature_of(petition, address), timezone.now())
    client.cookies[visits.COOKIE] = token
    return client


def leave(client):
    """Go to the sign-in; returns its address."""
    page = client.post(BEGIN).content.decode()
    return html.unescape(re.search(r'content="0; url=([^"]+)"', page).group(1))


def words(response):
    return html.unescape(response.content.decode())


def nothing_is_shown():
    return not Proof.objects.exists() and not Signature.objects.filter(proof__isnull=False).exists()


def test_a_sign_in_at_the_company_shows_the_relation(petition, provider):
    client = signer(petition)
    came = provider.sign_in(leave(client))

    asks = client.get(BACK, came)
    assert "Use this sign-in" in words(asks)
    assert nothing_is_shown()  # the way back is a GET
    answer = client.post(BACK, came)

    assert answer["Location"] == reverse("signatures:mine")
    assert signature_of(petition, ASHA).cell == ("employee", "sso")


def test_nothing_stays_but_the_verdict_and_the_digest(petition, provider, caplog):
    caplog.set_level(logging.DEBUG)
    client = signer(petition)
    before = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    came = provider.sign_in(leave(client))
    client.post(BACK, came)

    after = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    grown = {label for label, n in after.items() if n != before[label]}
    assert grown == {"proofs.Claim", "proofs.Proof", "signatures.CountEvent"}
    kept = repr(list(Claim.objects.values())) + repr(list(Proof.objects.values())) + caplog.text
    for word in ("asha.rao", "0017", came["state"], came["code"]):
        assert word not in kept
    assert not Session.objects.exists()
    assert set(client.cookies) <= {visits.COOKIE, "csrftoken", "messages"}


def test_no_table_and_no_page_exists_where_an_account_could_be_left(client, db):
    assert not apps.is_installed("allauth.socialaccount")
    for path in ("/accounts/3rdparty/", "/accounts/oidc/example-vision/login/"):
        assert client.get(path).status_code == 404
    assert User.objects.count() == 0


def test_the_address_of_the_sign_in_asks_for_no_more_than_is_needed(petition, provider):
    address = leave(signer(petition))

    asked = provider.issued[provider.sign_in(address)["code"]]
    assert sorted(asked["scope"].split()) == ["email", "openid"]
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith(BACK)
    assert len(asked["nonce"]) == len(asked["state"]) == 43


def test_one_mailbox_counts_once_by_whichever_way(petition, provider):
    token = confirmed(petition, "a@mail.example")
    proving.begin_proof(
        token=token,
        method="mailbox",
        answers={"address": ASHA_AT_WORK},
        language="en",
        now=NOON,
    )
    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)
    client = signer(petition, "b@mail.example")

    page = client.post(BACK, provider.sign_in(leave(client)))

    assert "can no longer be used" in words(page)
    assert Proof.objects.count() == 1


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "asha@mail.example", "email_verified": True}, "not at one of the company"),
        ({"email": "press@staff.example", "email_verified": True}, "Several people may read"),
        ({"email": ASHA_AT_WORK, "email_verified": False}, "no confirmed mail address"),
        ({"email": ASHA_AT_WORK}, "no confirmed mail address"),
        ({"email": ["x"], "email_verified": True}, "no confirmed mail address"),
        ({}, "no confirmed mail address"),
    ],
)
def test_an_address_that_shows_nothing_is_refused_with_its_reason(petition, provider, claims, said):
    provider.claims = claims
    client = signer(petition)

    assert said in words(client.post(BACK, provider.sign_in(leave(client))))
    assert nothing_is_shown()


def test_a_directory_that_gives_addresses_out_need_not_confirm_them(petition, provider, settings):
    settings.SSO_PROVIDERS = [settings.SSO_PROVIDERS[0] | {"address_is_verified": True}]
    provider.claims = {"email": ASHA_AT_WORK}
    client = signer(petition)

    client.post(BACK, provider.sign_in(leave(client)))

    assert Proof.objects.get().method == "sso"


def test_the_address_may_come_from_the_userinfo_of_the_same_person(petition, provider):
    provider.claims = {}
    provider.userinfo = {"sub": "0017", "email": ASHA_AT_WORK, "email_verified": True}
    client = signer(petition)
    client.post(BACK, provider.sign_in(leave(client)))
    assert Proof.objects.count() == 1

    provider.userinfo["sub"] = "0018"
    other = signer(petition, "b@mail.example")
    page = other.post(BACK, provider.sign_in(leave(other)))
    assert "did not confirm who you are" in words(page)
    assert Proof.objects.count() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda claims: claims | {"iss": "https://evil.example"},
        lambda claims: claims | {"aud": "another"},
        lambda claims: claims | {"aud": [CLIENT, "another"], "azp": "another"},
        lambda claims: claims | {"nonce": "another"},
        lambda claims: claims | {"exp": int(time.time()) - 3600},
        lambda claims: claims | {"iat": int(time.time()) + 3600},
        lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
        lambda claims: {k: v for k, v in claims.items() if k != "exp"},
        lambda claims: {k: v for k, v in claims.items() if k != "sub"},
    ],
)
def test_a_token_for_another_case_is_refused(petition, provider, spoil):
    provider.spoil = spoil
    client = signer(petition)

    page = client.post(BACK, provider.sign_in(leave(client)))

    assert "did not confirm who you are" in words(page)
    assert nothing_is_shown()


def strangers_key(provider):
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def unsigned(provider):
    provider.signing_key, provider.algorithm = None, "none"


def public_key_as_a_secret(provider):
    """The confusion of algorithms: an HMAC under the public key, which everybody has."""
    head = {"alg": "HS256", "kid": "one", "typ": "JWT"}

    def forged(asked):
        claims = {"iss": provider.url, "aud": CLIENT, "sub": "1", "nonce": asked["nonce"]}
        claims |= provider.claims | {"iat": int(time.time()), "exp": int(time.time()) + 60}

        def part(value):
            raw = json.dumps(value).encode()
            return base64.urlsafe_b64encode(raw).rstrip(b"=")

        text = part(head) + b"." + part(claims)
        mac = hmac.new(provider.public_pem(), text, hashlib.sha256).digest()
        return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()

    provider.token = forged


def unknown_key(provider):
    provider.key_id = "two"


def no_token(provider):
    provider.token = lambda asked: None


def another_issuer(provider):
    provider.discovery["issuer"] = "https://evil.example"


def plain_http(provider):
    provider.discovery["jwks_uri"] = "http://keys.evil.example/"


def a_file(provider):
    provider.discovery["jwks_uri"] = "file:///etc/hostname"


def no_endpoints(provider):
    provider.discovery.clear()


def a_list(provider):
    provider.discovery = []


@pytest.mark.parametrize(
    "spoil",
    [strangers_key, unsigned, public_key_as_a_secret, unknown_key, no_token, another_issuer,
     plain_http, a_file, no_endpoints, a_list],
)  # fmt: skip
def test_a_token_or_a_provider_that_is_not_the_companys_is_refused(petition, provider, spoil):
    client = signer(petition)
    came = provider.sign_in(leave(client))
    spoil(provider)

    page = client.post(BACK, came)

    assert "did not confirm who you are" in words(page)
    assert nothing_is_shown()


def test_the_forged_token_would_pass_a_check_that_believes_its_header(provider):
    """That the test above can fail: the token is well made but for its algorithm."""
    public_key_as_a_secret(provider)
    token = provider.token({"nonce": "n"})

    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert jwt.decode(token, options={"verify_signature": False})["email"] == ASHA_AT_WORK


def test_a_provider_that_is_down_is_said_and_nothing_is_lost(petition, provider):
    client = signer(petition)
    came = provider.sign_in(leave(client))
    provider.is_broken = True
    assert "did not confirm" in words(client.post(BACK, came))
    provider.close()

    assert "does not answer" in words(client.post(BEGIN))
    assert "does not answer" in words(client.post(BACK, came)) or Claim.objects.exists()
    assert nothing_is_shown()


def test_a_way_back_of_somebody_else_is_refused(petition, provider):
    """An attacker signs in and lets a signer come back with the attacker's answer."""
    attacker, victim = signer(petition, "a@mail.example"), signer(petition, "b@mail.example")
    came = provider.sign_in(leave(attacker))
    leave(victim)

    for response in (victim.get(BACK, came), victim.post(BACK, came)):
        assert "too old or was used" in words(response)
    assert nothing_is_shown()
    assert "/token" not in provider.asked


def test_a_way_back_works_once_and_for_some_minutes(petition, provider):
    client = signer(petition)
    late = provider.sign_in(leave(client))
    with time_machine.travel(timezone.now() + timedelta(minutes=policy.SIGN_IN_MINUTES + 1)):
        assert "too old or was used" in words(client.post(BACK, late))
    came = provider.sign_in(leave(client))
    client.post(BACK, came)

    assert "too old or was used" in words(client.post(BACK, came))
    assert "too old or was used" in words(client.get(BACK, late))
    assert Proof.objects.count() == 1


@pytest.mark.parametrize(
    "came",
    [
        {},
        {"error": "access_denied", "state": "x"},
        {"state": "x" * 5_000, "code": "y"},
        {"state": "x", "code": "y" * 5_000},
        {"state": "\x00", "code": "y"},
        {"state": "é", "code": "\ud7ff"},
    ],
)
def test_any_way_back_is_answered(petition, provider, came):
    client = signer(petition)
    leave(client)

    posted = client.post(BACK, came)
    assert posted.status_code == 200
    assert "Begin again" in words(posted)
    assert client.get(BACK, came).status_code in (200, 400)
    assert nothing_is_shown()


def test_a_code_of_the_mailbox_and_a_way_back_are_not_taken_for_one_another(petition, provider):
    client = signer(petition)
    leave(client)
    page = client.post("/mine/prove/mailbox/next/", {"code": "12345678"})
    assert "used up or too old" in words(page)

    came = provider.sign_in(leave(client))
    client.post("/mine/prove/mailbox/", {"address": ASHA_AT_WORK})
    assert "too old or was used" in words(client.post(BACK, came))


def test_it_takes_a_form_of_ours_and_an_open_signature(petition, provider):
    client = signer(petition)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[visits.COOKIE] = client.cookies[visits.COOKIE].value

    assert strict.post(BEGIN).status_code == 403
    assert strict.post(BACK, {"state": "x", "code": "y"}).status_code == 403
    assert Client().get(BACK)["Location"] == reverse("signatures:mine-closed")
    assert Client().post(BEGIN)["Location"] == reverse("signatures:mine-closed")
    assert Claim.objects.count() == 0


def test_it_is_offered_only_for_the_company_that_the_host_named(team, ben, provider, settings):
    company, other = make_company(), make_company("Other Firm", "other.example")
    way = METHODS["sso"]
    assert way.is_offered(company)
    assert not way.is_offered(other)
    settings.SSO_PROVIDERS = []
    assert not way.is_offered(company)
    client = signer(open_petition(team, ben, methods=["mailbox", "sso"]))

    assert client.get(BEGIN).status_code == client.post(BEGIN).status_code == 404
    assert "sign-in page" not in words(client.get("/mine/prove/"))


def test_the_choice_warns_of_the_log_before_it_is_made(petition, provider):
    client = signer(petition)

    assert "sign-in log may show" in words(client.get("/mine/prove/"))
    assert "sign-in log may show" in words(client.get(BEGIN))


@pytest.mark.parametrize(
    "entry",
    [
        {"company": "x"},
        {"company": "x", "server_url": "http://idp.example", "client_id": "a",
         "client_secret": "b"},
        {"company": "x", "server_url": "https://idp.example", "client_id": "a",
         "client_secret": "b", "colour": "red"},
    ],
)  # fmt: skip
def test_a_mistake_of_the_host_is_named_with_its_place(settings, entry):
    settings.SSO_PROVIDERS = [entry]

    with pytest.raises(ImproperlyConfigured, match="entry 1"):
        oidc.providers()


def test_verifier_and_nonce_follow_from_the_state_and_only_here(db):
    one, two = (oidc.Journey("state", uuid4(), "https://x.example") for _ in range(2))

    assert len({one.verifier, two.verifier, one.nonce, two.nonce, one.state}) == 5
    assert 43 <= len(one.verifier) <= 128  # RFC 7636, 4.1
