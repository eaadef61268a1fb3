"""Promise 7, least data: the database and the files, without the keys, name nobody."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from background.actions.outbox import compose, deliver_mail
from background.models import OutboxMail
from privacy.errors import KeyDestroyed
from privacy.keys import SITE, destroy_key
from proofs.actions.documents import reveal as reveal_document
from proofs.errors import ProofRefused
from proofs.images import read_picture
from proofs.models import Document
from signatures.actions import counting, returning
from signatures.models import Signature
from tests import dumps
from tests.documents import PASSPHRASE, give_key, photo, send
from tests.factories import open_petition
from tests.people import NOON
from tests.privacy.planted import NAME, TITLE
from tests.privacy.planted_by_others import WAYS
from tests.proofs.test_invitation import codes_of
from tests.proofs.vouching import phrases
from tests.signatures.test_sign_and_prove import code_in_mail
from tests.signatures.test_visibility import FULL, say

ADDRESS = "planted.Signer+tag@mail.example"
AT_WORK = "planted.worker@staff.example"
BROWSER = "PlantedBrowser/9.9"
NETWORK = "203.0.113.77"
SECRETS = [ADDRESS, "plantedsigner", "planted.signer", AT_WORK, "planted.worker", BROWSER, NETWORK]


@pytest.fixture
def visitor():
    return Client(REMOTE_ADDR=NETWORK, HTTP_USER_AGENT=BROWSER, HTTP_X_FORWARDED_FOR=NETWORK)


def links_and_codes():
    """What stands in the waiting mails, before they go."""
    texts = [compose(mail).body for mail in OutboxMail.objects.filter(state="waiting")]
    return [found for text in texts for found in re.findall(r"https?://\S+|\d{4} \d{4}", text)]


def journey(browser, petition):
    """Sign, confirm and prove by the pages; returns the links and codes that were mailed."""
    path = reverse("signatures:signature-create", args=[petition.slug, "employee"])
    form = {"address": ADDRESS, "text": petition.text.digest, "consent": "on"}
    browser.post(path, form)
    secrets = links_and_codes()
    browser.post(re.search(r"/s/\S+/", secrets[0]).group())
    secrets.append(browser.cookies["visit"].value)
    browser.post("/mine/prove/mailbox/", {"address": AT_WORK})
    secrets += links_and_codes()
    browser.post("/mine/prove/mailbox/next/", {"code": code_in_mail()})
    browser.post(path, form)  # again: a mail with a link that opens it
    secrets += links_and_codes()
    assert Signature.objects.get().is_proved
    return secrets


def told(token, petition, ben):
    """Name, title, phrases, cards, a code for later, and a document, which is not returned."""
    say(token, organisers=FULL, name=NAME, title=TITLE)
    give_key(petition.team)
    send(token)
    later = returning.make_code(token=token, now=NOON).code
    cards = codes_of(petition, ben, number=2)
    return [NAME, TITLE, *phrases(token), *cards, later]


@pytest.fixture
def planted(transactional_db, team, ben, visitor):
    petition = open_petition(team, ben, methods=WAYS)
    secrets = journey(visitor, petition)
    secrets += told(visitor.cookies["visit"].value, petition, ben)
    counting.fold(now=NOON)
    return petition, SECRETS + [secret.rstrip("/").rpartition("/")[2] for secret in secrets]


def test_no_dump_no_page_on_the_disk_and_no_file_tells_who_signed(planted):
    _petition, secrets = planted

    everything = [("the dump", dumps.dump()), *dumps.pages(), *dumps.files()]

    assert any(b"signatures_signature" in content for _place, content in everything)
    assert len(secrets) > len(SECRETS) + 3
    assert dumps.leaks(secrets, iter(everything)) == []
    jpeg = read_picture(photo()).jpeg
    pieces = [jpeg[start : start + 24] for start in range(2_000, len(jpeg) - 24, 5_000)]
    pieces += [piece.hex().encode() for piece in pieces]
    assert len(pieces) > 4
    pieces.append(returning.typed(secrets[-1]).encode())  # as it is digested; 120 random bits
    assert [place for place, content in everything for one in pieces if one in content] == []


def test_the_search_would_find_what_is_not_encrypted(planted):
    petition, _secrets = planted

    found = dumps.leaks([petition.slug], iter([("the dump", dumps.dump()), *dumps.pages()]))

    assert any("the dump" in line for line in found)
    assert len(found) > 1


def test_once_mail_is_sent_its_row_is_empty(planted):
    for mail in OutboxMail.objects.all():
        deliver_mail(mail_id=mail.pk, now=mail.due_at)

    sent = OutboxMail.objects.filter(state="sent")
    assert {(bytes(mail.address), bytes(mail.context)) for mail in sent} == {(b"", b"")}


def test_with_its_keys_destroyed_nothing_decrypts(planted):
    petition, _secrets = planted

    destroy_key(scope=petition.pk, now=NOON)
    destroy_key(scope=SITE, now=NOON)

    signature = Signature.objects.get()
    for reveal in (signature.reveal_address, signature.reveal_name, signature.reveal_title):
        with pytest.raises(KeyDestroyed):
            reveal()
    with pytest.raises(ProofRefused, match="document-gone"):
        reveal_document(document=Document.objects.get(), passphrase=PASSPHRASE)
    for mail in OutboxMail.objects.filter(state="waiting"):
        with pytest.raises(KeyDestroyed):
            mail.reveal_address()


def test_the_log_of_a_journey_with_errors_names_nobody(transactional_db, team, ben, caplog):
    """All that our loggers write, as the formatter that ships writes it."""
    from config.logs import RedactingFormatter

    caplog.set_level(logging.DEBUG)
    browser = Client(REMOTE_ADDR=NETWORK, HTTP_USER_AGENT=BROWSER, raise_request_exception=False)
    petition = open_petition(team, ben)
    secrets = journey(browser, petition)
    for link in [secret for secret in secrets if secret.startswith("http")]:
        path = re.sub(r"https?://[^/]+", "", link)
        browser.get(path)
        browser.post(path)
        browser.put(path)
    Client(enforce_csrf_checks=True).post(f"/mine/open/{secrets[-1]}/")
    logging.getLogger("any").error("%s asked %s from %s", ADDRESS, secrets[0], NETWORK)

    lines = "\n".join(map(RedactingFormatter("%(message)s").format, caplog.records))

    assert "/s/[token]/" in lines
    tokens = [secret.rstrip("/").rpartition("/")[2] for secret in secrets]
    names = [secret for secret in SECRETS if secret != BROWSER]
    ours = "\n".join(line for line in lines.splitlines() if "INSERT" not in line)
    assert [word for word in [*tokens, *names] if word in ours and " " not in word] == []
