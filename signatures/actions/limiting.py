"""Token buckets, by petition and by mail domain; never by network address: an office shares one.

No library keeps such buckets in PostgreSQL by psycopg2, and a limit that each web process counts
for itself is none.
"""

from datetime import datetime, timedelta
from typing import Any

from disposable_email_domains import blocklist
from django.conf import settings
from django.db import connection

from petitions.models import Petition
from privacy.digests import keyed_digest
from signatures import policy

# Providers whose customers are many, so that a surge from them is no sign of one sender.
MAIL_PROVIDERS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com
    icloud.com me.com mac.com proton.me protonmail.com pm.me tuta.com tutanota.com tutamail.com
    gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com fastmail.com hey.com
    zoho.com yandex.com yandex.ru mail.ru orange.fr free.fr laposte.net libero.it comcast.net
    verizon.net att.net sbcglobal.net btinternet.com posteo.de mailbox.org riseup.net disroot.org
    qq.com 163.com naver.com rediffmail.com uol.com.br""".split()  # noqa: SIM905 - a list of quoted words reads worse
)
DAY_SECONDS = 24 * 60 * 60
# Whatever was taken out of a bucket, it is full again by then, and as good as none.
FULL_AFTER = max(
    timedelta(minutes=policy.ENTRIES_AT_ONCE / policy.ENTRIES_PER_MINUTE),
    timedelta(
        days=policy.ENTRIES_PER_SMALL_DOMAIN_AT_ONCE / policy.ENTRIES_PER_SMALL_DOMAIN_PER_DAY
    ),
)
REFILLED = "LEAST(%(size)s, b.tokens + %(rate)s * GREATEST(0, EXTRACT(EPOCH FROM %(now)s - b.at)))"
TAKE = f"""
    INSERT INTO signatures_bucket AS b (key, tokens, at) VALUES (%(key)s, %(size)s - 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET tokens = {REFILLED} - 1, at = GREATEST(b.at, %(now)s)
    WHERE {REFILLED} >= 1
    RETURNING tokens
"""  # noqa: S608 - made of our own constants


def take(key: bytes, *, size: float, per_second: float, now: datetime) -> bool:
    """Take a token out of a bucket that holds `size` and refills; False where it is empty.

    One statement: of two takers of the last token at once one gets it.
    """
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"key": key, "size": size, "rate": per_second, "now": now}
        cursor.execute(TAKE, values)
        return cursor.fetchone() is not None


def may_enter(petition: Petition, now: datetime) -> bool:
    """Whether this petition is calm enough for an entry that cost nothing."""
    return take(
        keyed_digest("entries", scope=petition.pk, purpose="bucket"),
        size=policy.ENTRIES_AT_ONCE,
        per_second=policy.ENTRIES_PER_MINUTE / 60,
        now=now,
    )


def is_surge(petition: Petition, address: str, now: datetime) -> bool:
    """Whether a small mail domain sends more at once than people would."""
    domain = address.rpartition("@")[2].lower()
    if domain in MAIL_PROVIDERS or domain in settings.KNOWN_MAIL_PROVIDERS:
        return False
    return not take(
        keyed_digest(domain, scope=petition.pk, purpose="domain bucket"),
        size=policy.ENTRIES_PER_SMALL_DOMAIN_AT_ONCE,
        per_second=policy.ENTRIES_PER_SMALL_DOMAIN_PER_DAY / DAY_SECONDS,
        now=now,
    )


def is_disposable(canonical_address: str) -> bool:
    """Whether the domain, or one above it, hands out addresses to throw away."""
    labels = canonical_address.rpartition("@")[2].split(".")
    return any(".".join(labels[n:]) in blocklist for n in range(len(labels) - 1))
