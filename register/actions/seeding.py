"""Filling the register with the sourced facts that ship with the project.

Rows are found by their key and brought up to date; nothing is deleted, so that what a host
added stays.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from register.models import (
    Agency,
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

FOLDER = Path(__file__).resolve().parent.parent / "seed"
FULL_DATE = 10  # characters of YYYY-MM-DD; shorter ones are kept as printed only
# The bill's right name; the project's brief and some press print the other (domain.md, head).
AS_PRINTED = {"us-s3284": "Ethical Use of Artificial Intelligence Act"}
COMPANY_OF_ENTITY = {
    "Amazon": "amazon",
    "Axon": "axon",
    "Clearview AI": "clearview",
    "Google": "google",
    "IBM": "ibm",
    "Microsoft": "microsoft",
}


@dataclass(frozen=True)
class Seeded:
    rows: int


def seed() -> Seeded:
    """Bring the shipped facts in; repeatable."""
    with transaction.atomic():
        rows = 0
        for name, bring_in in BRINGERS.items():
            for row in _rows(name):
                bring_in(row)
                rows += 1
    return Seeded(rows)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _source(key: str) -> Source | None:
    return Source.objects.get(key=key) if key else None


def _company(slug: str) -> Company:
    return Company.objects.get(slug=slug)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == FULL_DATE else None


def _put(model: Any, key: dict[str, Any], values: dict[str, Any]) -> Any:
    return model.objects.update_or_create(**key, defaults=values)[0]


def _put_source(row: dict[str, str]) -> None:
    _put(Source, {"key": row.pop("key")}, dict(row))


def _put_company(row: dict[str, str]) -> None:
    _put(Company, {"slug": row.pop("slug")}, dict(row))


def _put_domain(row: dict[str, str]) -> None:
    prefixes = dict(pair.split("=") for pair in row["prefixes"].split())
    values = {
        "company": _company(row["company"]),
        "kind": row["kind"],
        "subdomains": bool(row["subdomains"]),
        "prefixes": prefixes,
        "confidence": row["confidence"],
        "source": _source(row["source"]),
        "note": row["note"],
    }
    _put(CompanyDomain, {"domain": row["domain"]}, values)


def _put_agency(row: dict[str, str]) -> None:
    _put(Agency, {"slug": row.pop("slug")}, dict(row))


def _put_contract(row: dict[str, str]) -> None:
    values: dict[str, Any] = dict(row)
    values |= {
        "company": _company(row["company"]),
        "agency": Agency.objects.get(slug=row["agency"]),
        "source": _source(row["source"]),
        "starts": _day(row["starts"]),
        "ends": _day(row["ends"]),
        "amount": Decimal(row["amount"]) if row["amount"] else None,
    }
    _put(Contract, {"slug": values.pop("slug")}, values)


def _put_commitment(row: dict[str, str]) -> None:
    company = COMPANY_OF_ENTITY.get(row["entity"])
    marks = row["confidence"]
    values = {
        "entity": row["entity"],
        "company": _company(company) if company else None,
        "kind": row["kind"],
        "instrument": row["instrument"],
        "actor_scope": row["actor_scope"],
        "technology_scope": row["technology_scope"],
        "exceptions": row["exceptions"],
        "note": row["note"],
        "announced": row["announced_or_adopted"],
        "starts": _day(row["start"]),
        "ends": _day(row["end"]),
        "ends_as_printed": row["end"] if row["end"] and not _day(row["end"]) else "",
        "status": row["status"],
        "confidence": Confidence.CONFIRMED if marks.startswith("C") else Confidence.REMEMBERED,
        "confidence_note": _in_words(marks),
        "source": _source(row["source"]),
        "as_printed": AS_PRINTED.get(row["id"], ""),
    }
    _put(Commitment, {"slug": row["id"]}, values)


def _in_words(marks: str) -> str:
    """The research's marks, spelled out: C read at the source, R remembered only."""
    if marks == "C":
        return ""
    words = {"C": "confirmed", "C;": "confirmed;", "R": "not confirmed:"}
    return " ".join(words.get(part, part) for part in marks.split())


def _put_event(row: dict[str, str]) -> None:
    key = {
        "commitment": Commitment.objects.get(slug=row["commitment"]),
        "kind": row["kind"],
        "date": row["date"],
    }
    _put(CommitmentEvent, key, {"words": row["words"], "source": _source(row["source"])})


def _put_past_petition(row: dict[str, str]) -> None:
    petition = _put(
        PastPetition,
        {"slug": row["slug"]},
        {
            "company": _company(row["company"]),
            "name": row["name"],
            "date": row["date"],
            "answer": row["answer"],
            "answer_source": _source(row["answer_source"]),
        },
    )
    values = {
        "as_of": row["as_of"],
        "confidence": row["confidence"],
        "source": _source(row["source"]),
        "note": row["note"],
    }
    _put(CountReport, {"petition": petition, "count": row["count"]}, values)


def _put_vote(row: dict[str, str]) -> None:
    key = {
        "company": _company(row["company"]),
        "meeting_on": _day(row["meeting_on"]),
        "proposal": row["proposal"],
    }
    values = {
        "percent_for": row["percent_for"],
        "confidence": row["confidence"],
        "source": _source(row["source"]),
        "note": row["note"],
    }
    _put(Vote, key, values)


# In this order: each kind names rows of those before it.
BRINGERS = {
    "sources": _put_source,
    "companies": _put_company,
    "domains": _put_domain,
    "agencies": _put_agency,
    "contracts": _put_contract,
    "commitments": _put_commitment,
    "events": _put_event,
    "past_petitions": _put_past_petition,
    "votes": _put_vote,
}
