"""The facts that ship with the project, against domain.md 2 to 4 and 7."""

import csv
from datetime import date

import pytest
from django.core.management import call_command

from register.actions.seeding import FOLDER, seed
from register.models import (
    Commitment,
    CommitmentEvent,
    Company,
    CompanyDomain,
    Confidence,
    Contract,
    CountReport,
    PastPetition,
    Source,
    Vote,
)

MODELS = [
    Source,
    Company,
    CompanyDomain,
    Contract,
    Commitment,
    CommitmentEvent,
    PastPetition,
    CountReport,
    Vote,
]


@pytest.fixture
def seeded(db):
    return seed()


def test_seeding_twice_leaves_each_fact_once(seeded):
    before = {model: model.objects.count() for model in MODELS}

    again = seed()

    assert again == seeded
    assert {model: model.objects.count() for model in MODELS} == before


def test_seeding_keeps_what_a_host_added(seeded):
    Company.objects.create(slug="ours", name="Added here")

    seed()

    assert Company.objects.filter(slug="ours").exists()


def test_the_command_says_how_much_is_there(db, capsys):
    call_command("seed_register")

    assert "rows are in the register" in capsys.readouterr().out


def test_every_commitment_of_the_research_is_there_with_its_dates(seeded):
    with (FOLDER / "commitments.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == Commitment.objects.count() == 38
    for row in rows:
        found = Commitment.objects.get(slug=row["id"])
        assert (found.starts.isoformat() if found.starts else "") == row["start"]
        printed = found.ends.isoformat() if found.ends else found.ends_as_printed
        assert printed == row["end"]
        assert found.announced == row["announced_or_adopted"]


@pytest.mark.parametrize(
    ("slug", "day", "expected"),
    [
        ("amazon-2020", date(2021, 6, 9), True),
        ("amazon-2020", date(2021, 6, 10), False),
        ("amazon-2021", date(2021, 6, 11), True),  # by extension
        ("portland-or-priv-2020", date(2020, 12, 31), False),
        ("portland-or-priv-2020", date(2021, 1, 1), True),
        ("california-2019", date(2022, 12, 31), True),
        ("california-2019", date(2023, 1, 1), False),
        ("virginia-2021", date(2022, 6, 30), True),
        ("virginia-2021", date(2022, 7, 1), False),
        ("virginia-2022", date(2022, 7, 1), True),
        ("baltimore-2021", date(2022, 12, 30), True),
        ("baltimore-2021", date(2022, 12, 31), False),
        ("neworleans-2022", date(2022, 7, 28), True),
        ("sf-2019", date(2026, 1, 1), None),  # unknown is not never
        ("neworleans-2020", date(2021, 1, 1), None),
        ("neworleans-2020", date(2022, 7, 28), False),
        ("google-2018", date(2020, 1, 1), None),
    ],
)
def test_the_days_that_decide(seeded, slug, day, expected):
    commitment = Commitment.objects.get(slug=slug)

    assert commitment.in_force_on(day) is expected
    known = Commitment.objects.in_force_on(day).filter(pk=commitment.pk).exists()
    assert known is (expected is True)


def test_bills_and_proposals_are_never_perhaps_in_force(seeded):
    perhaps = Commitment.objects.perhaps_in_force_on(date(2026, 1, 1))

    kinds = set(perhaps.values_list("kind", flat=True))

    assert "sf-2019" in perhaps.values_list("slug", flat=True)
    assert not kinds & {Commitment.Kind.FEDERAL_BILL, Commitment.Kind.PROPOSAL}


def test_the_bill_has_its_right_name_and_the_one_printed_elsewhere(seeded):
    bill = Commitment.objects.get(slug="us-s3284")

    assert bill.instrument == "Ethical Use of Facial Recognition Act"
    assert bill.as_printed == "Ethical Use of Artificial Intelligence Act"


def test_marks_of_confidence_are_kept_in_words(seeded):
    berkeley = Commitment.objects.get(slug="berkeley-2019")
    virginia = Commitment.objects.get(slug="virginia-2021")

    assert berkeley.confidence == Confidence.REMEMBERED
    assert berkeley.confidence_note == "not confirmed: date"
    assert virginia.confidence_note == "confirmed; not confirmed: adoption day"


def test_a_past_petition_keeps_every_count_that_was_printed(seeded):
    maven = PastPetition.objects.get(slug="google-maven")
    police = PastPetition.objects.get(slug="google-no-police")

    assert [report.count for report in maven.counts.all()] == ["more than 4,000", "3,100"]
    assert {report.confidence for report in maven.counts.all()} == {Confidence.DISPUTED}
    assert police.answer == "The company refused."


def test_customers_mail_is_never_staff(seeded):
    for domain in ["gmail.com", "outlook.com", "hotmail.com"]:
        assert CompanyDomain.objects.get(domain=domain).kind == CompanyDomain.Kind.CUSTOMER


def test_nothing_shipped_counts_as_confirmed_without_a_source(seeded):
    for model in [CompanyDomain, Contract, Commitment, CountReport, Vote]:
        bare = model.objects.filter(confidence=Confidence.CONFIRMED, source=None)
        assert not bare.exists(), model
    assert not Company.objects.exclude(is_fictional=False).exists()
