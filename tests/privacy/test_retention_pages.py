"""“What we hold” says what is registered and set; the proof of deletion tells no more."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from petitions import ledger
from petitions.actions import holding, lifecycle
from petitions.models import Petition
from privacy.actions import retaining
from privacy.models import Erasure
from privacy.retention import AFTER_CLOSING, SHORT_LIVED
from proofs.methods.base import METHODS
from signatures.actions import counting
from signatures.models import Audience
from tests.factories import confirmed, open_petition
from tests.people import NOON
from tests.privacy.planted import proved
from transparency.actions import append
from transparency.merkle.tree import leaf_hash
from transparency.models import LogEntry

GENERAL = "pages:what-we-hold"
LATER = NOON + timedelta(days=30)


def held_page(client, petition):
    return client.get(reverse("pages:petition-held", args=[petition.slug])).content.decode()


def finished(team, ben, staff=3, public=4, **particulars):
    petition = open_petition(team, ben, keep_days=30, **particulars)
    for number in range(staff):
        proved(petition, f"staff{number}@mail.example", f"staff{number}@staff.example")
    for number in range(public):
        confirmed(petition, f"person{number}@mail.example", "public")
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    counting.fold(now=NOON)
    retaining.run(now=LATER)
    append(now=LATER)
    return petition


def entry_of(petition):
    entries = [json.loads(bytes(one.entry)) for one in LogEntry.objects.all()]
    (entry,) = [e for e in entries if e["t"] == "erasure" and e["petition"] == str(petition.pk)]
    return entry


def test_every_registered_rule_and_every_method_is_on_the_general_page(client, db):
    text = client.get(reverse(GENERAL)).content.decode()

    for rule in (*AFTER_CLOSING.values(), *SHORT_LIVED.values()):
        assert escape(str(rule.holds)) in text, rule.name
        assert escape(str(rule.seen_by)) in text, rule.name
    for rule in SHORT_LIVED.values():
        assert rule.until, rule.name
        assert escape(str(rule.until)) in text, rule.name
    for way in METHODS.values():
        assert escape(str(way.stores)) in text, way.name


def test_the_petitions_page_is_made_from_its_settings(client, team, ben):
    petition = open_petition(
        team, ben, keep_days=77, methods=["mailbox"], closes_on=date(2026, 12, 24)
    )
    without = open_petition(team, ben, keep_days=1, methods=[])

    text, other = held_page(client, petition), held_page(client, without)

    for rule in (*AFTER_CLOSING.values(), *SHORT_LIVED.values()):
        assert escape(str(rule.holds)) in text, rule.name
    assert "77 days after closing" in text
    assert "24 December 2026" in text or "Dec. 24, 2026" in text
    assert escape(str(METHODS["mailbox"].stores)) in text
    assert escape(str(METHODS["mailbox"].stores)) not in other
    assert "asks for no proof" in other
    assert "1 day after closing" in other
    for audience in Audience:
        assert escape(str(audience.label).capitalize()[:8]) in text


def test_a_closed_petition_says_the_very_day(client, team, ben):
    petition = open_petition(team, ben, keep_days=30)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)

    assert held_page(client, petition).count("24 December 2026") == len(AFTER_CLOSING)


def test_a_removed_petition_still_says_what_is_held_and_not_its_title(client, team, ben, mo):
    petition = open_petition(team, ben)
    lifecycle.remove(petition_id=petition.pk, words="A court said so.", actor=mo, now=NOON)

    text = held_page(client, petition)

    assert petition.title not in text
    assert "petition that was removed" in text


def test_a_draft_has_no_such_page(client, team, ben):
    from tests.factories import draft_petition

    petition = draft_petition(team, ben)
    path = reverse("pages:petition-held", args=[petition.slug])
    assert client.get(path).status_code == 404


def test_the_old_address_leads_here(client, db):
    assert client.get("/who-sees-what/").headers["Location"] == reverse(GENERAL)


@pytest.mark.parametrize("publication", ["batched", "at_once"])
def test_the_pages_take_few_queries(
    client, team, ben, host, publication, django_assert_max_num_queries
):
    petition = finished(team, ben, staff=1, public=1, publication=publication)
    holding.set_hold(petition_id=None, ground="other", words="Why.", actor=host, now=LATER)

    with django_assert_max_num_queries(10):
        held_page(client, petition)
    with django_assert_max_num_queries(10):
        client.get(petition.get_absolute_url())


# Proof of deletion ------------------------------------------------------------------------------


def test_the_erasure_stands_in_the_log_and_on_the_page(client, team, ben):
    petition = finished(team, ben, publication="at_once")
    erasure = Erasure.objects.get(scope=petition.pk)

    entry = entry_of(petition)

    assert entry == erasure.entry
    assert entry["erased_on"] == "2026-12-24"
    assert (entry["closed_on"], entry["kept_days"]) == ("2026-11-24", 30)
    assert entry["rows.signatures.people"] == 7
    assert entry["rows.proofs.fingerprints"] == 3
    index = LogEntry.objects.get(leaf_hash=bytes(erasure.leaf)).index
    assert leaf_hash(bytes(LogEntry.objects.get(index=index).entry)) == bytes(erasure.leaf)
    text = held_page(client, petition)
    assert "Erased on 24 December 2026" in text
    assert f"Entry {index} in the" in text
    assert "7 · " in text


def test_where_staff_counts_are_batched_the_proof_tells_no_more_than_the_page(client, team, ben):
    """All rows that went, less the public's, would be the number of staff (promise 9)."""
    petition = finished(team, ben, staff=3, public=4)

    entry = entry_of(petition)
    shown = ledger.statement(Petition.objects.with_texts().get(pk=petition.pk)).rows

    told = {name: value for name, value in entry.items() if "." in name}
    assert told == {f"people.{row.relation}": row.total for row in shown if row.total is not None}
    assert told["people.public"] == 4
    assert "people.employee" not in told
    # Another number of staff leads to the very same entry.
    other = entry_of(finished(team, ben, staff=1, public=4))
    assert other | {"petition": ""} == entry | {"petition": ""}
    assert "Fewer" not in held_page(client, petition)


def test_an_entry_that_waits_is_said_to_wait(client, team, ben):
    petition = open_petition(team, ben, keep_days=30)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    retaining.run(now=LATER)

    assert "waits for the public log" in held_page(client, petition)


def test_exact_counts_are_on_the_desk_of_the_host_alone(client, team, ben, host):
    petition = finished(team, ben)
    page = reverse("admin:privacy_erasure_change", args=[petition.pk])

    client.force_login(ben)
    assert client.get(page).status_code in (302, 403, 404)
    client.force_login(host)
    assert "signatures.people" in client.get(page).content.decode()
    assert client.get(reverse("admin:privacy_erasure_changelist")).status_code == 200


def test_the_page_says_first_what_to_do_before_signing(client, team, ben):
    petition = open_petition(team, ben)

    for text in (held_page(client, petition), client.get(reverse(GENERAL)).content.decode()):
        assert 0 < text.index("Use your own device") < text.index("What we hold until")
        assert "You can change it until the petition is delivered." in text
