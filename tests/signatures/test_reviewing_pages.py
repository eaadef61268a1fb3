"""The pages of a reviewed document: upload, desk, one look, verdict, and the team's key."""

import os
import re
import sys
from base64 import b64decode
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ReviewKey, Role
from privacy.models import AccessRecord
from proofs.models import Claim, Document, Proof
from proofs.policy import UPLOAD_BYTES_MAX
from tests.documents import PASSPHRASE, SECRET, give_key, photo, sent, upload
from tests.factories import open_petition, opened
from tests.people import ASHA, NOON, member

UPLOAD = "/mine/prove/document/"
PICTURE = re.compile(r'src="data:image/jpeg;base64,([^"]+)"')


@pytest.fixture
def petition(team, ben):
    give_key(team)
    return open_petition(team, ben, publication="at_once")


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The pages ask for the time; the tests' people live at noon of one day."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def post(client, data, **more):
    return client.post(UPLOAD, {"kind": "badge", "picture": upload(data)} | more)


def path(claim, page="review-document"):
    return reverse(f"signatures:{page}", args=[claim.pk])


def look(client, claim, passphrase=PASSPHRASE):
    return client.post(path(claim), {"passphrase": passphrase})


def test_the_upload_says_what_is_needed_and_what_to_cover(client, petition):
    opened(client, petition, ASHA)

    page = client.get(UPLOAD).content.decode()

    for words in ("Example Vision", "Employee", "7 days", "salary", 'accept="image/*"',
                  'enctype="multipart/form-data"'):  # fmt: skip
        assert words in page, words


def test_a_sent_document_waits_until_a_day_that_is_shown(client, petition):
    opened(client, petition, ASHA)

    answer = post(client, photo())
    page = client.get(answer["Location"]).content.decode()
    receipt = client.get("/mine/").content.decode()

    for shown in (page, receipt):
        assert "Your document is decided by Dec. 1, 2026" in shown or "1 December 2026" in shown
    assert Document.objects.get().claim.state == "waiting"


def test_a_signer_deletes_the_own_document(client, petition):
    opened(client, petition, ASHA)
    post(client, photo())

    client.get("/mine/document/delete/")
    assert Document.objects.exists()
    page = client.post("/mine/document/delete/", follow=True).content.decode()

    assert "Nothing was decided" in page
    assert not Document.objects.exists()
    assert Claim.objects.get().state == "over"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty"),
        (b"<html><script>alert(1)</script></html>", "cannot be read as a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "cannot be read as a picture"),
        (b"%PDF-1.7 a payslip", "This is a PDF"),
        (photo()[:9000], "cannot be read as a picture"),
        (photo() + bytes(UPLOAD_BYTES_MAX), "larger than 20 MB"),
    ],
)
def test_what_is_no_picture_gets_words_and_leaves_nothing(client, petition, data, words):
    opened(client, petition, ASHA)

    answer = post(client, data)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Claim.objects.exists()
    assert not Document.objects.exists()


def test_missing_answers_get_words(client, petition):
    opened(client, petition, ASHA)

    page = client.post(UPLOAD, {"kind": ""}).content.decode()

    assert "Choose a picture." in page


def test_many_files_at_once_do_not_fill_the_memory(client, petition):
    opened(client, petition, ASHA)
    half = photo() + bytes(UPLOAD_BYTES_MAX // 2)

    answer = client.post(
        UPLOAD,
        {"kind": "badge", "more": upload(half), "again": upload(half), "picture": upload(half)},
    )

    assert "cannot be read as a picture" in answer.content.decode()
    assert not Document.objects.exists()


def test_the_upload_needs_the_secret_of_the_form(petition):
    strict = Client(enforce_csrf_checks=True)
    opened(strict, petition, ASHA)

    assert post(strict, photo()).status_code == 403
    strict.get(UPLOAD)
    secret = strict.cookies["csrftoken"].value
    assert post(strict, photo(), csrfmiddlewaretoken=secret).status_code == 302
    assert Document.objects.count() == 1


def test_a_stranger_to_the_signature_cannot_send(client, petition):
    assert post(client, photo())["Location"] == "/mine/closed/"


def test_the_list_names_nobody_and_puts_the_most_urgent_first(client, petition, ravi):
    late, early = sent(petition, ASHA), sent(petition, "ben@mail.example", photo("BEN OKE"))
    Claim.objects.filter(pk=early.pk).update(expires_at=NOON - timedelta(days=1))
    client.force_login(ravi)

    page = client.get("/review/").content.decode()

    assert page.index(str(early.pk)) < page.index(str(late.pk))
    assert "overdue" in page
    assert "7 days left" in page
    assert "asha" not in page.lower()
    assert AccessRecord.objects.filter(verb="signers.documents", scope=petition.pk).count() == 1


@pytest.mark.parametrize("who", [None, "ben", "mo", "ada", "cleo"])
def test_strangers_find_nothing(client, request, petition, who):
    claim = sent(petition, ASHA)
    if who:
        client.force_login(request.getfixturevalue(who))

    listing = client.get("/review/")
    answers = [client.get(path(claim)), look(client, claim),
               client.post(path(claim, "review-decide"), {"verdict": "employee"})]  # fmt: skip

    assert listing.status_code == (404 if who else 302)
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not AccessRecord.objects.filter(verb__startswith="document").exists()


def test_a_look_shows_the_picture_in_that_answer_only(client, petition, ravi):
    claim = sent(petition, ASHA)
    client.force_login(ravi)

    before = client.get(path(claim))
    answer = look(client, claim)
    after = client.get(path(claim))

    found = PICTURE.search(answer.content.decode())
    assert not PICTURE.search(before.content.decode() + after.content.decode())
    jpeg = b64decode(found.group(1))
    assert jpeg[:2] == b"\xff\xd8"
    assert SECRET.encode() not in jpeg
    assert "no-store" in answer["Cache-Control"]
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "data:" not in client.get("/review/")["Content-Security-Policy"]
    assert PASSPHRASE not in answer.content.decode()
    assert "asha" not in PICTURE.sub("", answer.content.decode()).lower()


def test_a_wrong_passphrase_shows_nothing_and_says_so(client, petition, ravi):
    claim = sent(petition, ASHA)
    client.force_login(ravi)

    page = look(client, claim, "not the phrase at all").content.decode()

    assert "not the passphrase" in page
    assert not PICTURE.search(page)
    assert "not the phrase at all" not in page


def test_the_verdict_reaches_the_receipt(client, petition, ravi):
    opened(client, petition, ASHA)
    post(client, photo())
    claim = Claim.objects.get()
    desk = Client()
    desk.force_login(ravi)
    look(desk, claim)

    answer = desk.post(
        path(claim, "review-decide"), {"verdict": "employee", "name": "Asha Rao"}, follow=True
    )

    assert "The document is deleted." in answer.content.decode()
    receipt = client.get("/mine/").content.decode()
    assert "by document" in receipt
    assert "counted as verified" in receipt
    assert "is decided by" not in receipt
    assert look(desk, claim).status_code == 404


def test_a_refused_signer_reads_why_and_may_try_again(client, petition, ravi):
    opened(client, petition, ASHA)
    post(client, photo())
    claim = Claim.objects.get()
    desk = Client()
    desk.force_login(ravi)
    look(desk, claim)

    desk.post(path(claim, "review-decide"), {"verdict": "not_shown", "reason": "unreadable"})

    assert "A sharper picture may help." in client.get("/mine/").content.decode()
    assert client.get("/mine/prove/").status_code == 200
    post(client, photo("ASHA RAO", seed=2))
    assert Claim.objects.filter(state="waiting").count() == 1


def test_a_form_that_lacks_something_says_what(client, petition, ravi):
    claim = sent(petition, ASHA)
    client.force_login(ravi)

    unseen = client.post(path(claim, "review-decide"), {"verdict": "employee"}).content.decode()
    look(client, claim)
    empty = client.post(path(claim, "review-decide"), {}).content.decode()
    no_reason = client.post(path(claim, "review-decide"), {"verdict": "not_shown"}).content.decode()
    unknown = client.post(path(claim, "review-decide"), {"verdict": "alias"}).content.decode()

    assert "Look at the document before you decide on it." in unseen
    assert "Choose what it shows." in empty
    assert "Choose why the document does not show the relation." in no_reason
    assert "alias" in unknown
    assert Document.objects.exists()


def test_a_namesake_needs_a_second_thought(client, petition, ravi):
    from tests.documents import decided

    decided(sent(petition, ASHA), ravi, name="Asha Rao")
    claim = sent(petition, "asha.r@mail.example", photo(seed=2))
    client.force_login(ravi)
    finding = {"verdict": "employee", "name": "RAO, Asha"}
    look(client, claim)

    asked = client.post(path(claim, "review-decide"), finding).content.decode()
    assert "bears the same name" in asked
    assert '<input type="checkbox" name="is_another"' in asked
    client.post(path(claim, "review-decide"), finding | {"is_another": "on"})

    assert Proof.objects.count() == 2


def test_the_second_reviewer_is_not_told_what_the_first_found(client, team, ben, ravi):
    give_key(team)
    petition = open_petition(team, ben, two_reviewers=True)
    claim = sent(petition, ASHA)
    rosa = member("rosa", team, Role.REVIEWER)
    client.force_login(ravi)
    look(client, claim)
    client.post(path(claim, "review-decide"), {"verdict": "not_shown", "reason": "doubtful"})
    assert "waits for another reviewer" in client.get("/review/").content.decode()

    client.force_login(rosa)
    page = look(client, claim).content.decode()

    assert "Somebody has looked already" in page
    assert not re.search(r"(checked|selected)[^>]*>(?!Choose)", page)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"passphrase": "short", "again": "short"}, "at least 20 characters"),
        ({"passphrase": PASSPHRASE, "again": PASSPHRASE + "!"}, "not the same"),
        ({"passphrase": " x" * 15, "again": " x" * 15}, None),
        ({"passphrase": "a" + " " * 30 + "b", "again": "a" + " " * 30 + "b"}, "at least 20"),
        ({}, "required"),
    ],
)
def test_a_passphrase_is_long_and_typed_twice(client, team, ben, typed, words):
    client.force_login(ben)

    page = client.post(f"/review/keys/{team.slug}/", typed, follow=True).content.decode()

    assert (words or "The key is made.") in page
    assert ReviewKey.objects.exists() is (words is None)


@pytest.mark.parametrize(
    ("who", "status"), [(None, 404), ("ravi", 404), ("cleo", 404), ("ben", 200), ("host", 200)]
)
def test_only_who_manages_the_team_sees_the_page_of_its_key(client, request, team, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))

    assert client.get(f"/review/keys/{team.slug}/").status_code == status


def test_the_owner_finds_that_page_on_the_desk(client, team, ben):
    client.force_login(ben)
    desk = reverse("admin:accounts_team_change", args=[team.pk])

    assert "no document can be sent" in client.get(desk).content.decode()
    give_key(team)
    page = client.get(desk).content.decode()

    assert "made on" in page
    assert f'href="/review/keys/{team.slug}/"' in page


def test_a_large_upload_never_opens_a_file(client, petition, settings, tmp_path):
    """Python tells of every file that is opened; none of them is opened to be written to."""
    opened(client, petition, ASHA)
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    big = photo() + bytes(5 * 2**20)
    assert len(big) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    with files_written() as written:
        assert post(client, big).status_code == 302
    with files_written() as by_a_plain_view:
        client.post("/mine/prove/", {"file": upload(big)})

    assert written == []
    assert any(".upload" in path for path in by_a_plain_view)  # what the handler is for
    assert list(tmp_path.iterdir()) == []


class files_written:
    """The paths of the files that are opened for writing while it lasts."""

    open_ones: list["files_written"] = []

    def __enter__(self) -> list[str]:
        self.paths: list[str] = []
        files_written.open_ones.append(self)
        return self.paths

    def __exit__(self, *_error: object) -> None:
        files_written.open_ones.remove(self)


def _heard(event: str, arguments: tuple) -> None:
    if event == "open" and files_written.open_ones:
        _path, mode, flags = arguments
        writes = set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        if writes and arguments[0] != os.devnull:
            files_written.open_ones[-1].paths.append(str(arguments[0]))


sys.addaudithook(_heard)
