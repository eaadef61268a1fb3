"""Mail of an invented company's server, signed as such servers sign, and keys as DNS holds them."""

import socket
import threading
from base64 import b64encode
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import dkim
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from proofs.dkim import keys
from tests.people import ASHA_AT_WORK, NOON

SENT = NOON - timedelta(days=2)
SELECTOR, DOMAIN = "news1", "staff.example"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID"]


@cache
def private_key(bits: int = 1024, which: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def record_of(key: rsa.RSAPrivateKey, flags: str = "") -> str:
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"v=DKIM1; k=rsa; {flags}p={b64encode(der).decode()}"


def fields(sent: datetime = SENT, **changed: str | None) -> dict[str, str]:
    """The header fields of a plain notice; a name given as None is left out."""
    written = {
        "From": "HR News <hr-news@staff.example>",
        "To": f"Asha Rao <{ASHA_AT_WORK}>",
        "Subject": "Your pay slip is ready",
        "Date": format_datetime(sent),
        "Message-ID": "<1@staff.example>",
    }
    written |= {name.replace("_", "-"): value for name, value in changed.items()}
    return {name: value for name, value in written.items() if value is not None}


def plain(written: dict[str, str], body: str = "It is in the portal.\r\n") -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in written.items())
    return f"{head}\r\n{body}".encode()


def sign(
    message: bytes,
    *,
    domain: str = DOMAIN,
    selector: str = SELECTOR,
    key: rsa.RSAPrivateKey | None = None,
    covered: list[str] | None = None,
    sent: datetime = SENT,
    **more: object,
) -> bytes:
    """The message with a DKIM signature of that moment on top."""
    names = [name.lower().encode() for name in covered or HEADERS]
    with time_machine.travel(sent, tick=False):
        head = dkim.sign(
            message,
            selector.encode(),
            domain.encode(),
            pem(key or private_key()),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=names,
            **more,
        )
    return head + message


def letter(sent: datetime = SENT, **changed: str | None) -> bytes:
    """A signed notice of the company to Asha."""
    return sign(plain(fields(sent, **changed)), sent=sent)


def archive(path: Path, *rows: str) -> str:
    """A file of archived keys, by default with the one of these letters; returns its path."""
    usual = f"{SELECTOR},{DOMAIN},2020-01-01,,{record_of(private_key())}"
    path.write_text("\n".join([",".join(keys.COLUMNS), *(rows or [usual]), ""]))
    return str(path)


class NameServer:
    """A real DNS server on a port of this machine; it writes down what it was asked."""

    def __init__(self, records: dict[str, list[str]]) -> None:
        self.records, self.asked = records, []
        self.is_silent = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                wire, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(wire)
            name = query.question[0].name.to_text()
            self.asked.append(name)
            if self.is_silent:
                continue
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.AA
            texts = self.records.get(name.rstrip("."))
            if texts is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            else:
                answer.answer.append(
                    dns.rrset.from_text(name, 60, "IN", "TXT", *[quoted(text) for text in texts])
                )
            self.socket.sendto(answer.to_wire(max_size=4096), sender)

    def close(self) -> None:
        self.socket.close()


def quoted(text: str) -> str:
    """A record as zone files have it: strings of at most 255 characters."""
    return " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
