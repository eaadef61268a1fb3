"""What the database refuses, and what it remembers."""

from datetime import date

import pytest
from django.db import IntegrityError

from register.models import CommitmentHistory, CompanyDomain, Confidence
from tests.register import factories

pytestmark = pytest.mark.django_db


def test_nothing_is_confirmed_without_a_source():
    with pytest.raises(IntegrityError, match="contract_confirmed_has_source"):
        factories.contract(confidence=Confidence.CONFIRMED, source=None)


def test_a_new_fact_is_not_confirmed_until_somebody_says_so():
    assert factories.contract().confidence == Confidence.REMEMBERED


def test_a_contract_cannot_end_before_it_starts():
    with pytest.raises(IntegrityError, match="contract_ends_after_its_start"):
        factories.contract(starts=date(2026, 4, 1), ends=date(2026, 3, 31))


def test_a_commitment_cannot_end_before_it_starts():
    with pytest.raises(IntegrityError, match="commitment_ends_after_its_start"):
        factories.commitment(starts=date(2026, 4, 1), ends=date(2026, 3, 31))


@pytest.mark.parametrize("domain", ["Staff.example", "asha@staff.example"])
def test_a_domain_is_a_domain_in_lower_case(domain):
    with pytest.raises(IntegrityError, match="domain_is_lower_case"):
        CompanyDomain.objects.create(company=factories.company(), domain=domain)


def test_a_domain_belongs_to_one_company():
    CompanyDomain.objects.create(company=factories.company(), domain="staff.example")

    with pytest.raises(IntegrityError):
        CompanyDomain.objects.create(company=factories.company(), domain="staff.example")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2029, 3, 31), True),
        (date(2029, 4, 1), False),
    ],
)
def test_a_contract_is_active_from_its_first_to_its_last_day(day, expected):
    contract = factories.contract(starts=date(2026, 4, 1), ends=date(2029, 3, 31))

    assert contract.is_active_on(day) is expected


def test_a_contract_without_dates_is_neither_active_nor_over():
    contract = factories.contract(starts=None, ends=None)

    assert contract.is_active_on(date(2026, 4, 1)) is None


def test_what_a_fact_said_before_is_kept_by_the_database():
    commitment = factories.commitment(status="in force")
    commitment.status = "repealed"
    commitment.save()

    past = CommitmentHistory.objects.filter(pgh_obj=commitment).order_by("pgh_id")

    assert [row.status for row in past] == ["in force", "repealed"]
