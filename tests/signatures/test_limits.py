"""Limits that hold back a robot and no office: by petition, mail domain and mailbox."""

import base64
import json
import re
from datetime import timedelta

import altcha
import pytest
from django.urls import reverse

from background.mails import MAILS
from background.models import OutboxMail
from petitions.models import Total
from signatures import policy
from signatures.actions import counting, limiting
from signatures.errors import SignatureRefused
from signatures.models import Bucket, Signature
from tests.factories import confirmed, open_petition, sign, signature_of
from tests.parallel import at_once
from tests.people import ASHA, NOON

KEY = b"k" * 32


def take(now=NOON, size=3):
    return limiting.take(KEY, size=size, per_second=1, now=now)


def test_a_bucket_gives_what_it_holds_and_refills_with_time(db):
    assert [take() for _ in range(5)] == [True, True, True, False, False]
    assert [take(NOON + timedelta(seconds=2)) for _ in range(3)] == [True, True, False]
    assert [take(NOON + timedelta(days=9)) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_runs_back_fills_nothing(db):
    for _ in range(3):
        take()

    assert not take(NOON - timedelta(days=1))
    assert not take()


@pytest.mark.django_db(transaction=True)
def test_of_many_takers_at_once_as_many_get_a_token_as_there_are():
    taken = at_once(40, lambda _place: take(size=7), threads=10)

    assert sorted(taken) == [False] * 33 + [True] * 7


def test_a_bucket_names_neither_petition_nor_domain(team, ben):
    confirmed(open_petition(team, ben), "asha@rare-domain.example")

    (bucket,) = Bucket.objects.all()
    assert len(bucket.key) == 32


@pytest.fixture
def petition(team, ben, monkeypatch):
    monkeypatch.setattr(policy, "ENTRIES_AT_ONCE", 2)
    monkeypatch.setattr(policy, "ENTRIES_PER_MINUTE", 0)
    return open_petition(team, ben)


def path_to_sign(petition):
    return reverse("signatures:signature-create", args=[petition.slug, "public"])


def entry(petition, number, **more):
    form = {"address": f"p{number}@mail.example", "text": petition.text.digest, "consent": "on"}
    return form | more


def busy_page(client, petition):
    """The form of a petition that two entries have made busy."""
    for number in range(2):
        assert client.post(path_to_sign(petition), entry(petition, number)).status_code == 302
    return client.post(path_to_sign(petition), entry(petition, 2)).content.decode()


def stamp_of(page):
    return re.search(r'name="stamp" value="([^"]+)"', page)[1]


def challenge_of(page):
    found = re.search(r'data-work="([^"]+)"', page)[1]
    return json.loads(found.replace("&quot;", '"').replace("&amp;", "&"))


def solved(task):
    names = ("algorithm", "challenge", "salt", "signature")
    answer = altcha.solve_challenge(
        challenge=task["challenge"], salt=task["salt"], max_number=task["max_number"]
    )
    work = {name: task[name] for name in names} | {"number": answer.number}
    return base64.b64encode(json.dumps(work).encode()).decode()


def test_a_calm_petition_asks_for_no_work(client, petition):
    page = client.get(path_to_sign(petition)).content.decode()

    assert "data-work" not in page
    assert "js/work.js" not in page


def test_a_busy_petition_takes_an_entry_for_a_little_work_once(client, petition):
    page = busy_page(client, petition)
    assert "Many people are signing just now" in page
    assert Signature.objects.count() == 2
    work = solved(challenge_of(page))

    first = client.post(path_to_sign(petition), entry(petition, 2, work=work, stamp=stamp_of(page)))
    again = client.post(path_to_sign(petition), entry(petition, 3, work=work, stamp=stamp_of(page)))

    assert first.status_code == 302
    assert again.status_code == 200
    assert Signature.objects.count() == 3


def test_without_javascript_who_waits_may_go_on_once(client, petition, time_machine):
    time_machine.move_to(NOON)
    page = busy_page(client, petition)
    form = entry(petition, 2, stamp=stamp_of(page))

    too_soon = client.post(path_to_sign(petition), form)
    assert too_soon.status_code == 200
    assert stamp_of(too_soon.content.decode()) == form["stamp"]

    time_machine.move_to(NOON + timedelta(seconds=policy.WAIT_SECONDS + 2))
    assert client.post(path_to_sign(petition), form).status_code == 302
    again = client.post(path_to_sign(petition), entry(petition, 3, stamp=form["stamp"]))
    assert again.status_code == 200
    assert stamp_of(again.content.decode()) != form["stamp"]


@pytest.mark.parametrize("work", ["", "x", "e30=", "bnVsbA==", "W10=", "\x00", "ä" * 50])
@pytest.mark.parametrize("stamp", ["", "x", "a:b:c", "\x00"])
def test_nonsense_instead_of_work_is_asked_for_again(client, petition, work, stamp):
    busy_page(client, petition)

    answer = client.post(path_to_sign(petition), entry(petition, 2, work=work, stamp=stamp))

    assert answer.status_code == 200
    assert Signature.objects.count() == 2


def test_an_address_to_throw_away_is_refused_with_words(client, team, ben):
    petition = open_petition(team, ben)
    for address in ("a@mailinator.com", "a@x.mailinator.com"):
        page = client.post(path_to_sign(petition), entry(petition, 1, address=address))
        assert "addresses to throw away" in page.content.decode()
    with pytest.raises(SignatureRefused):
        sign(petition, "b@mailinator.com")
    assert Signature.objects.count() == 0


def test_a_surge_from_a_small_domain_looks_as_ever_and_is_not_counted(team, ben, monkeypatch):
    monkeypatch.setattr(policy, "ENTRIES_PER_SMALL_DOMAIN_AT_ONCE", 3)
    petition = open_petition(team, ben)
    for number in range(5):
        confirmed(petition, f"p{number}@rare-domain.example", "public")
        confirmed(petition, f"p{number}@gmail.com", "public")
    counting.fold(now=NOON)

    marked = Signature.objects.exclude(marked_on=None)

    assert Total.objects.get(petition=petition, relation="public").total == 8
    assert {row.mark_reason for row in marked} == {"surge"}
    assert all(row.state == "confirmed" for row in marked)
    assert counting.recount(now=NOON).corrected == 0


def test_an_office_behind_one_network_address_signs_as_one_please(client, team, ben):
    petition = open_petition(team, ben)
    for number in range(60):
        answer = client.post(
            path_to_sign(petition), entry(petition, number), REMOTE_ADDR="203.0.113.7"
        )
        assert answer.status_code == 302
    assert Signature.objects.count() == 60


def test_a_mailbox_gets_at_most_its_share_of_mails(team, ben):
    petition = open_petition(team, ben)
    for _ in range(policy.MAILS_PER_ADDRESS_PER_DAY + 4):
        sign(petition, ASHA)

    assert OutboxMail.objects.count() == policy.MAILS_PER_ADDRESS_PER_DAY
    assert signature_of(petition, ASHA).state == "pending"


def test_no_mail_to_an_address_that_is_not_confirmed_carries_words_of_a_user():
    ours = {"link", "days", "hours", "code", "minutes"}
    for name in ("confirm", "signed", "blocked"):
        assert set(MAILS[f"signatures.{name}"].context) <= ours
    assert set(MAILS["proofs.code"].context) | set(MAILS["proofs.used"].context) <= ours
