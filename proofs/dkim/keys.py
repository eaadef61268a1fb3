"""Public keys of mail servers: from the host's file first, then from DNS.

The file is CSV with the columns of `COLUMNS`: days as 2026-11-24, both included, an empty `until`
for a key that is in use, `record` as the TXT record has it. docs/proofs.md describes it.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from proofs.errors import ProofRefused

COLUMNS = ["selector", "domain", "from", "until", "record"]
SELECTOR = re.compile(
    r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*"
)
NAME_CHARACTERS_MAX = 253
DNS_SECONDS_MAX = 3.0
DNS_PORT = 53


@dataclass(frozen=True)
class ArchivedKey:
    selector: str
    domain: str
    since: date
    until: date | None
    record: bytes

    def was_used_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def find(selector: str, domain: str, day: date) -> bytes | None:
    """The key record that was published on a day; None: there is none.

    Raises ProofRefused where nobody answers.
    """
    if not SELECTOR.fullmatch(selector):
        return None
    for key in archived():
        if (key.selector, key.domain) == (selector, domain) and key.was_used_on(day):
            return key.record
    return _by_dns(f"{selector}._domainkey.{domain}.") if settings.DKIM_DNS else None


def archived() -> list[ArchivedKey]:
    """The keys of the host's file, read again when it changes."""
    if not settings.DKIM_KEYS_FILE:
        return []
    path = Path(settings.DKIM_KEYS_FILE)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ImproperlyConfigured(f"DKIM_KEYS_FILE: {error}") from error


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> list[ArchivedKey]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            raise ImproperlyConfigured(f"{path}: the first line must be {','.join(COLUMNS)}")
        return [_key(row, f"{path}, line {rows.line_num}") for row in rows]


def _key(row: dict[str, str], place: str) -> ArchivedKey:
    try:
        return ArchivedKey(
            selector=row["selector"].strip().lower(),
            domain=row["domain"].strip().lower(),
            since=date.fromisoformat(row["from"].strip()),
            until=date.fromisoformat(row["until"].strip()) if row["until"].strip() else None,
            record=row["record"].strip().encode("ascii"),
        )
    except (ValueError, AttributeError) as error:
        raise ImproperlyConfigured(f"{place}: {error}") from error


def _by_dns(name: str) -> bytes | None:
    if len(name) > NAME_CHARACTERS_MAX:
        return None
    try:
        answer = _resolver(tuple(settings.DKIM_NAMESERVERS)).resolve(
            name, "TXT", lifetime=DNS_SECONDS_MAX, search=False
        )
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except dns.exception.DNSException as error:
        raise ProofRefused("dns-down") from error
    records = [b"".join(one.strings) for one in answer]
    return next((one for one in records if one.startswith(b"v=DKIM1")), records[0])


@lru_cache(maxsize=2)
def _resolver(nameservers: tuple[str, ...]) -> dns.resolver.Resolver:
    """One for the process. Its cache keeps an answer as long as its zone says, in memory only."""
    resolver = dns.resolver.Resolver(configure=not nameservers)
    if nameservers:
        resolver.nameservers = [_nameserver(text) for text in nameservers]
    resolver.cache = dns.resolver.LRUCache(1_000)
    return resolver


def _nameserver(text: str) -> dns.nameserver.Nameserver:
    address, _colon, port = text.partition(":") if text.count(":") == 1 else (text, "", "")
    return dns.nameserver.Do53Nameserver(address, int(port) if port else DNS_PORT)
