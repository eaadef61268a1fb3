"""A small OpenID Connect provider on this machine, with real keys, tokens and a page."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "countersign", "a-secret-of-the-client"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PAGE = """<!doctype html><html lang="en"><title>Example Vision sign-in</title>
<form method="post" action="/authorize?{query}"><button>Sign in as Asha</button></form></html>"""


class Provider:
    """`claims` are said of whoever signs in; `spoil` is the test's last word on each token."""

    def __init__(self) -> None:
        self.key = KEY
        self.claims = {"email": "asha.rao@staff.example", "email_verified": True}
        self.userinfo: dict = {"sub": "0017"}
        self.spoil = dict
        self.signing_key, self.algorithm, self.key_id = self.key, "RS256", "one"
        self.issued: dict[str, dict[str, str]] = {}  # code -> what was asked
        self.asked: list[str] = []
        self.is_broken = False
        self.server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Ours", (Handler,), {"provider": self})
        )
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.discovery = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
        }
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def setting(self, company: str = "example-vision") -> list[dict[str, str]]:
        entry = {"company": company, "server_url": self.url}
        return [entry | {"client_id": CLIENT, "client_secret": SECRET}]

    def sign_in(self, address: str) -> dict[str, str]:
        """What the browser brings back after somebody signed in at this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.issued[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "0017",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims = self.spoil(claims | self.claims)
        return jwt.encode(
            claims, self.signing_key, algorithm=self.algorithm, headers={"kid": self.key_id}
        )

    def keys(self) -> dict:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def exchange(self, form: dict[str, str], authorization: str) -> dict | None:
        """RFC 6749 and 7636: the code once, to this client, with the verifier of its challenge."""
        asked = self.issued.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        )
        if (
            asked is None
            or authorization != f"Basic {basic}"
            or form["redirect_uri"] != asked["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return None
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.token(asked)}

    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


class Handler(BaseHTTPRequestHandler):
    """What the provider answers; a subclass knows whose."""

    provider: Provider

    def log_message(self, *_args: object) -> None:
        """Nothing on the test's screen."""

    def say(self, status: int, body: object, kind: str = "application/json") -> None:
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        if self.provider.is_broken:
            self.say(500, "broken", "text/plain")
        elif parts.path == "/.well-known/openid-configuration":
            self.say(200, self.provider.discovery)
        elif parts.path == "/keys":
            self.say(200, self.provider.keys())
        elif parts.path == "/userinfo":
            right = self.headers["Authorization"] == "Bearer access"
            self.say(200 if right else 401, self.provider.userinfo)
        elif parts.path == "/authorize":
            query = parts.query.replace("&", "&amp;")
            self.say(200, PAGE.replace("{query}", query), "text/html")
        else:
            self.say(404, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        parts = urlsplit(self.path)
        if parts.path == "/token":
            found = self.provider.exchange(form, self.headers.get("Authorization", ""))
            self.say(200 if found else 400, found or {"error": "invalid_grant"})
            return
        back = parse_qs(parts.query)["redirect_uri"][0]
        self.send_response(302)
        self.send_header("Location", f"{back}?{urlencode(self.provider.sign_in(self.path))}")
        self.send_header("Content-Length", "0")
        self.end_headers()
