"""A mail scanner that opens every link, follows all, and even sends every form: verifies nobody."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as ours
from django.test import Client

from proofs.models import Proof
from signatures.actions import proving
from signatures.models import Signature
from tests.documents import give_key, photo, upload
from tests.factories import open_petition, opened, signature_of
from tests.people import ASHA, ASHA_AT_WORK, NOON
from tests.promises.test_01_a_get_changes_nothing import everything
from tests.proofs.vouching import WAYS
from tests.smtp import links_in

PAGES_MAX = 150


class Page(HTMLParser):
    """The links of a page and its forms, filled in as they stand there."""

    def __init__(self, address, html):
        super().__init__()
        self.address, self.links, self.forms = address, [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.address, given["href"]))
        if tag == "form":
            to = urljoin(self.address, given.get("action") or self.address)
            self.forms.append((given.get("method", "get").lower(), to, {}))
        if not self.forms:
            return
        fields = self.forms[-1][2]
        if tag in ("input", "button", "textarea", "select") and given.get("name"):
            value = given.get("value") or ("on" if given.get("type") == "checkbox" else "1")
            fields.setdefault(given["name"], value)
        if tag == "option" and given.get("value") and fields:
            fields[list(fields)[-1]] = given["value"]


class Scanner:
    """A browser without a person; it keeps cookies and sends the secrets that forms hold."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)
        self.pages, self.sent = {}, []

    def open(self, link):
        address = link.partition("#")[0]
        ours_ = urlsplit(address)
        if f"{ours_.scheme}://{ours_.netloc}" not in ("http://testserver", ours.SITE_URL):
            return None
        path = ours_.path + (f"?{ours_.query}" if ours_.query else "")
        if path in self.pages or len(self.pages) >= PAGES_MAX:
            return self.pages.get(path)
        assert self.client.head(path, follow=True).status_code < 500, path
        answer = self.client.get(path, follow=True)
        assert answer.status_code < 500, path
        self.pages[path] = self.read(answer, path)
        return self.pages[path]

    def read(self, answer, path):
        if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
            return None
        return Page("http://testserver" + path, answer.content.decode())

    def look(self, links):
        """Each link, and each link on its page."""
        found = [page for page in map(self.open, links) if page]
        for page in found:
            for link in page.links:
                self.open(link)
        return found

    def send_all(self, rounds=3):
        """Send every form found, then those on the pages that answered."""
        waiting = [page for page in self.pages.values() if page]
        for _ in range(rounds):
            answered = []
            for form in [form for page in waiting for form in page.forms]:
                method, to, fields = form
                if method == "get" or (to, sorted(fields)) in self.sent:
                    continue
                self.sent.append((to, sorted(fields)))
                path = urlsplit(to).path
                answer = self.client.post(path, fields, follow=True)
                assert answer.status_code < 500, path
                page = self.read(answer, path)
                if page:
                    answered.append(page)
                    answered += [one for one in map(self.open, page.links) if one]
            waiting = answered


@pytest.fixture
def petition(team, ben):
    give_key(team)
    return open_petition(
        team, ben, methods=[*WAYS, "document", "signed_mail"], publication="at_once"
    )


def mail_everything(client, petition, smtp):
    """Mails of every kind that a journey through the ways brings, taken by the server."""
    path = f"/petitions/{petition.slug}/sign/employee/"
    form = {"address": "new@mail.example", "text": petition.text.digest, "consent": "on"}
    client.post(path, form)
    opened(client, petition, ASHA)
    client.post(path, form | {"address": ASHA})
    client.post("/mine/prove/mailbox/", {"address": ASHA_AT_WORK})
    client.post("/mine/prove/document/", {"kind": "badge", "picture": upload(photo())})
    client.post("/mine/closed/", {"petition": petition.slug, "address": ASHA})
    client.post("/mine/closed/", {"petition": petition.slug, "address": "none@mail.example"})
    smtp.deliver()
    assert len(smtp.taken) == 7
    return [link for message in smtp.taken for link in links_in(message)]


def verified():
    return Signature.objects.exclude(proof=None).count() + Proof.objects.count()


def test_opening_every_link_and_what_it_leads_to_changes_no_row(client, petition, smtp):
    links = mail_everything(client, petition, smtp)
    assert len(links) > 5
    before, scanner = everything(), Scanner()

    scanner.look(links)

    assert len(scanner.pages) > 20
    assert everything() == before


def test_sending_every_form_verifies_nobody(client, petition, smtp):
    links = mail_everything(client, petition, smtp)
    scanner = Scanner()
    found = scanner.look(links)
    assert sum(len(page.forms) for page in found) > 5

    scanner.send_all()

    assert any("/mine/" in to for to, _fields in scanner.sent)
    assert any("/s/" in to for to, _fields in scanner.sent)
    assert verified() == 0


def test_at_a_work_mailbox_there_is_nothing_to_open(client, petition, smtp):
    mail_everything(client, petition, smtp)
    codes = [message for message in smtp.taken if message["To"] == ASHA_AT_WORK]

    assert len(codes) == 1
    assert [links_in(message) for message in codes] == [[]]


def test_the_signer_who_types_the_code_is_verified_all_the_same(client, petition, smtp):
    """That nobody is verified above says something only if the same way verifies a person."""
    token = opened(client, petition, ASHA)
    client.post("/mine/prove/mailbox/", {"address": ASHA_AT_WORK})
    from tests.signatures.test_sign_and_prove import code_in_mail

    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)

    assert verified() == 2
    assert signature_of(petition, ASHA).is_proved
