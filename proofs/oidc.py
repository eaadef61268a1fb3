"""Asking a company's sign-in who somebody is, by OpenID Connect, without keeping an account.

django-allauth's login flow ends in rows: a user, a social account, a token, a state in a session.
So its application is not installed at all, and none of its tables or login pages exist; what is
used is its OAuth 2 client, below that flow. The identity token is checked by PyJWT and not by
allauth's helper, which takes the algorithm from the token and notes each token in the cache.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from privacy.digests import keyed_digest
from proofs.errors import ProofRefused
from register.models import Company

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPE = ["openid", "email"]
# Signed by a key that only the provider has: never "none", never a shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
CLAIMS = ["iss", "aud", "sub", "exp", "iat", "nonce"]
CLOCK_SECONDS = 60
KEYS_SECONDS_MAX = 5
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# What a broken or hostile answer may cause on its way through the libraries.
BROKEN = (OAuth2Error, jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Provider:
    """One company's sign-in, as the host configured it (docs/settings.md, SSO_PROVIDERS).

    address_is_verified: its directory gives the addresses out, so it need not say so each time.
    """

    company: str  # slug
    server_url: str
    client_id: str
    client_secret: str
    address_is_verified: bool = False


@dataclass(frozen=True)
class Journey:
    """One visit to the sign-in. All but `state` follows from it by the pepper; none is kept."""

    state: str
    scope: UUID
    callback: str

    @property
    def nonce(self) -> str:
        return self._secret("sign-in nonce")

    @property
    def verifier(self) -> str:
        return self._secret("sign-in verifier")

    @property
    def challenge(self) -> str:
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    def _secret(self, purpose: str) -> str:
        return _base64(keyed_digest(self.state, scope=self.scope, purpose=purpose))


def providers() -> list[Provider]:
    """What the host configured; raises ImproperlyConfigured with the place of a mistake."""
    found = []
    for number, entry in enumerate(settings.SSO_PROVIDERS, start=1):
        try:
            provider = Provider(**entry)
        except TypeError as error:
            raise ImproperlyConfigured(f"SSO_PROVIDERS, entry {number}: {error}") from error
        if not _is_safe(provider.server_url):
            raise ImproperlyConfigured(f"SSO_PROVIDERS, entry {number}: server_url needs https")
        found.append(provider)
    return found


def provider_of(company: Company) -> Provider | None:
    return next((one for one in providers() if one.company == company.slug), None)


def sign_in_address(provider: Provider, journey: Journey) -> str:
    """Where the browser goes; asks the provider first where that is."""
    server = _discover(provider)
    client = _client(provider, server, journey)
    client.state = journey.state
    more = {
        "nonce": journey.nonce,
        "code_challenge": journey.challenge,
        "code_challenge_method": "S256",
    }
    try:
        address: str = client.get_redirect_url(server["authorization_endpoint"], SCOPE, more)
    except BROKEN as error:
        raise ProofRefused("sign-in-failed") from error
    return address


def work_address(provider: Provider, journey: Journey, code: str) -> str:
    """The confirmed mail address of whoever signed in; the tokens are dropped at once."""
    server = _discover(provider)
    try:
        tokens = _client(provider, server, journey).get_access_token(
            code, pkce_code_verifier=journey.verifier
        )
        claims = _identity(provider, server, tokens["id_token"], journey)
        if "email" not in claims and "userinfo_endpoint" in server:
            claims = _userinfo(server, tokens["access_token"], claims)
    except requests.RequestException as error:
        raise _down_or_failed(error) from error
    except BROKEN as error:
        raise ProofRefused("sign-in-failed") from error
    address, verified = claims.get("email"), claims.get("email_verified")
    # Some send the word instead of the truth value; a directory may send nothing.
    confirmed = verified in (True, "true") or (verified is None and provider.address_is_verified)
    if not isinstance(address, str) or not confirmed:
        raise ProofRefused("sign-in-no-address")
    return address


def _discover(provider: Provider) -> Mapping[str, Any]:
    issuer = provider.server_url.removesuffix(WELL_KNOWN).rstrip("/")
    try:
        server = _get(issuer + WELL_KNOWN)
        endpoints = [server[name] for name in ("authorization_endpoint", "token_endpoint",
                                               "jwks_uri")]  # fmt: skip
        endpoints += [server[name] for name in ("userinfo_endpoint",) if name in server]
        named = server["issuer"].rstrip("/")
    except requests.RequestException as error:
        raise _down_or_failed(error) from error
    except BROKEN as error:
        raise ProofRefused("sign-in-failed") from error
    if named != issuer or not all(_is_safe(address) for address in endpoints):
        raise ProofRefused("sign-in-failed")
    return server


def _client(provider: Provider, server: Mapping[str, Any], journey: Journey) -> OAuth2Client:
    methods = server.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return OAuth2Client(
        None,  # the request: it is kept by the client and used by no method called here
        provider.client_id,
        provider.client_secret,
        "POST",
        server["token_endpoint"],
        journey.callback,
        basic_auth="client_secret_post" not in methods,
    )


def _identity(
    provider: Provider, server: Mapping[str, Any], token: str, journey: Journey
) -> dict[str, Any]:
    """The claims of an identity token that is the provider's, for us, in time, for this journey."""
    keys = jwt.PyJWKClient(server["jwks_uri"], cache_jwk_set=False, timeout=KEYS_SECONDS_MAX)
    claims: dict[str, Any] = jwt.decode(
        token,
        keys.get_signing_key_from_jwt(token),
        algorithms=ALGORITHMS,
        audience=provider.client_id,
        issuer=server["issuer"],
        leeway=CLOCK_SECONDS,
        options={"require": CLAIMS},
    )
    if claims["nonce"] != journey.nonce:
        raise ProofRefused("sign-in-failed")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise ProofRefused("sign-in-failed")
    return claims


def _userinfo(server: Mapping[str, Any], token: str, claims: dict[str, Any]) -> dict[str, Any]:
    found = _get(server["userinfo_endpoint"], {"Authorization": f"Bearer {token}"})
    if found["sub"] != claims["sub"]:
        raise ProofRefused("sign-in-failed")
    return found


def _get(address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        answer = session.get(address, headers=headers)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    return found


def _down_or_failed(error: requests.RequestException) -> ProofRefused:
    down = isinstance(error, requests.ConnectionError | requests.Timeout)
    return ProofRefused("sign-in-down" if down else "sign-in-failed")


def _is_safe(address: str) -> bool:
    """HTTPS; plain HTTP only to this machine, for a trial."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
