"""Signers with everything that a signer can leave behind, and a search for it everywhere."""

import base64
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.db import connection

from background.actions import post
from background.actions.outbox import compose
from background.models import OutboxMail
from privacy import exports, keys
from privacy.digests import keyed_digest, token_digest
from privacy.fields import SealedTextField
from proofs import mails
from signatures.actions import proving, signing
from signatures.mails import SIGNED
from signatures.models import Audience, Level, Link, Visibility
from tests.factories import confirmed, signature_of
from tests.people import ASHA, ASHA_AT_WORK, NOON

CODE = re.compile(r"(\d{4}) (\d{4})")
NAME, TITLE, BODY = "Asha Planted-Rao", "Planted test engineer", "https://planted.example/body"
TABLES = """
    SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def proved(petition, address, mailbox):
    """Sign, confirm, and show the relation by work mailbox; returns visit and code."""
    token = confirmed(petition, address)
    proving.begin_proof(
        token=token, method="mailbox", answers={"address": mailbox}, language="en", now=NOON
    )
    waiting = OutboxMail.objects.filter(kind=mails.CODE.name, state=OutboxMail.State.WAITING)
    for mail in waiting:
        if mail.reveal_address() != mailbox:
            continue
        code = "".join(CODE.search(compose(mail).body).groups())
        try:
            proving.decide_proof(token=token, answers={"code": code}, now=NOON)
        except proving.SignatureRefused:
            continue  # the code of another petition
        return token, code
    raise AssertionError("no code was mailed")


@dataclass
class Planted:
    """Secrets in clear, what was derived from them, and the keys by which they were sealed."""

    texts: dict[str, str]
    derived: dict[str, bytes]
    keys: dict[UUID, bytes]


def plant(petition) -> Planted:
    """Asha signs, proves, chooses what is shown; mails wait, an export and mail files lie there."""
    token, code = proved(petition, ASHA, ASHA_AT_WORK)
    signature = signature_of(petition, ASHA)
    signature.seal_name(NAME)
    signature.seal_title(TITLE)
    signature.save(update_fields=["name", "title"])
    Visibility.objects.create(
        signature=signature,
        audience=Audience.PUBLIC,
        level=Level.NAME_AND_TITLE,
        shown_on=NOON.date(),
    )
    receipt = signing.new_link(signature, Link.Purpose.RECEIPT, timedelta(days=365), NOON)
    post(kind=SIGNED, to=ASHA, context={"link": BODY, "hours": 24}, language="en", now=NOON)
    (exports.folder_of(petition.pk) / "signers.csv").write_text(f"{NAME},{TITLE},{ASHA}\n")
    scopes = (petition.pk, keys.SITE)
    derived = {
        f"digest of {address} for {purpose}": keyed_digest(
            address, scope=petition.pk, purpose=purpose
        )
        for address in (ASHA, ASHA_AT_WORK)
        for purpose in ("signer", "mailbox")
    }
    derived |= {"visit": token_digest(token), "receipt": token_digest(receipt)}
    derived["salt"] = bytes(signature.log_salt)
    return Planted(
        texts={"address": ASHA, "mailbox": ASHA_AT_WORK, "name": NAME, "title": TITLE,
               "code": code, "spaced code": f"{code[:4]} {code[4:]}", "body": BODY},
        derived=derived,
        keys={scope: keys.newest_key(scope)[1] for scope in scopes},
    )  # fmt: skip


def found_in_tables(planted: Planted, monkeypatch) -> set[str]:
    """What of it any column of any table still holds: in clear, derived, or sealed."""
    wanted = {name: forms(text.encode()) for name, text in planted.texts.items()}
    wanted |= {name: {digest.hex(), *forms(digest)} for name, digest in planted.derived.items()}
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row::text FROM {table} AS row")
            for (row,) in cursor.fetchall():
                found |= {f"{table}: {name}" for name, ways in wanted.items() if in_text(row, ways)}
    return found | sealed_in_tables(planted, monkeypatch)


def sealed_in_tables(planted: Planted, monkeypatch) -> set[str]:
    """What opens with the keys as they were: a key that is destroyed may be in a backup."""
    found = set()
    with monkeypatch.context() as patch:
        patch.setattr("privacy.fields.numbered_key", lambda scope, _number: planted.keys[scope])
        for model in apps.get_models():
            sealed = [f.name for f in model._meta.fields if isinstance(f, SealedTextField)]
            for row in model.objects.all() if sealed else []:
                for field in sealed:
                    text = getattr(row, f"reveal_{field}")()
                    found |= {
                        f"{model._meta.db_table}.{field}: {name}"
                        for name, secret in planted.texts.items()
                        if secret in text
                    }
    return found


def found_in_files(planted: Planted, folder: Path) -> set[str]:
    found = set()
    for file in folder.rglob("*"):
        content = file.read_bytes().decode("latin-1") if file.is_file() else ""
        for name, text in planted.texts.items():
            if in_text(content + file.name, forms(text.encode())):
                found.add(f"{file.name}: {name}")
    return found


def forms(secret: bytes) -> set[str]:
    """How bytes may stand in a text: as they are, in hexadecimal, in base64."""
    return {secret.decode("latin-1"), secret.hex(), base64.b64encode(secret).decode().rstrip("=")}


def in_text(text: str, ways: set[str]) -> bool:
    return any(way in text for way in ways)
