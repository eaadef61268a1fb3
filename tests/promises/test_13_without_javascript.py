"""Promise 13: all works without JavaScript, under a strict policy, in the reader's language."""

import re

import pytest
from django.urls import reverse

from tests.documents import PASSPHRASE, give_key, sent
from tests.factories import open_petition, opened
from tests.people import ASHA


@pytest.fixture
def pages(team, ben, ravi, client):
    give_key(team)
    petition = open_petition(team, ben)
    opened(client, petition, ASHA)
    public = ["/", petition.get_absolute_url(), f"/petitions/{petition.slug}/sign/employee/",
              "/mine/", "/mine/visibility/", "/mine/held/", "/mine/erase/", "/mine/closed/",
              "/mine/prove/", "/mine/prove/document/", "/accounts/login/"]  # fmt: skip
    answers = {path: client.get(path) for path in public}
    client.force_login(ben)
    desk = [reverse("admin:index"), reverse("admin:petitions_petition_add"), "/evidence/new/"]
    answers |= {path: client.get(path) for path in [*desk, f"/review/keys/{team.slug}/"]}
    claim = sent(petition, "b@mail.example")
    client.force_login(ravi)
    look = reverse("signatures:review-document", args=[claim.pk])
    answers[look] = client.post(look, {"passphrase": PASSPHRASE})
    return answers | {path: client.get(path) for path in ["/review/"]}


def test_no_page_has_an_inline_script_or_style(pages):
    for path, response in pages.items():
        html = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html), path
        assert not re.search(r"<[^>]+\sstyle=", html), path
        assert not re.search(r"<[^>]+\son\w+=", html), path
        assert "javascript:" not in html, path


def test_every_page_forbids_what_it_does_not_need(pages):
    for response in pages.values():
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_every_htmx_address_works_as_a_plain_one(client, team, eve):
    from tests.evidence.factories import asked_run

    run = asked_run(team, eve)
    client.force_login(eve)

    page = client.get(run.get_absolute_url())
    part = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})

    assert b'<noscript><meta http-equiv="refresh"' in page.content
    assert b"<html" not in part.content
    assert "HX-Request" in part["Vary"]


def test_every_page_says_its_language_and_has_one_heading_and_a_main_part(pages):
    for path, response in pages.items():
        html = response.content.decode()
        assert re.search(r'<html lang="en" dir="ltr"', html), path
        assert html.count("<h1") == 1, path
        assert html.count("<main") == 1, path


def test_the_reader_can_choose_a_language(client, db):
    client.post(reverse("set_language"), {"language": "de", "next": "/"})

    assert '<html lang="de"' in client.get("/").content.decode()
