"""Invented companies, agencies and contracts for the demo; every page marks them as such."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from register.models import Agency, Company, CompanyDomain, Confidence, Contract, Source

SOURCE = {
    "key": "invented",
    "title": "Invented for the demonstration",
}
COMPANIES = {
    "example-vision": ("Example Vision, Inc.", "vision.example"),
    "sample-optics": ("Sample Optics Ltd.", "optics.example"),
    "placeholder-systems": ("Placeholder Systems, Inc.", "placeholder.example"),
}
AGENCIES = {
    "demo-harbour-sheriff": ("Harbour County Sheriff", "Sheriff", "Harbour County"),
    "demo-bay-port-police": ("Bay Port Police", "Police", "Bay Port"),
    "demo-old-town-police": ("Old Town Police", "Police", "Old Town"),
}
CONTRACTS: dict[str, dict[str, Any]] = {
    "demo-harbour": {
        "company": "example-vision",
        "agency": "demo-harbour-sheriff",
        "product": "FaceMatch 4, search against arrest photographs",
        "starts": date(2026, 4, 1),
        "ends": date(2029, 3, 31),
        "amount": Decimal(1240000),
        "quote": "… renew the agreement for facial recognition services for three years …",
    },
    "demo-bay-port": {
        "company": "sample-optics",
        "agency": "demo-bay-port-police",
        "product": "PortFace, search of live camera pictures",
        "term": "offered in May 2026, not signed",
        "amount": None,
    },
    "demo-old-town": {
        "company": "placeholder-systems",
        "agency": "demo-old-town-police",
        "product": "Placeholder Identify",
        "starts": date(2025, 1, 1),
        "ends": date(2027, 12, 31),
        "amount": Decimal(310000),
    },
}


def seed_fictional() -> None:
    """Bring the invented rows in; repeatable."""
    with transaction.atomic():
        source, _made = Source.objects.update_or_create(
            key=SOURCE["key"], defaults={"title": SOURCE["title"]}
        )
        for slug, (name, domain) in COMPANIES.items():
            company, _made = Company.objects.update_or_create(
                slug=slug, defaults={"name": name, "is_fictional": True}
            )
            CompanyDomain.objects.update_or_create(
                domain=domain,
                defaults={
                    "company": company,
                    "prefixes": {"v-": "contingent"},
                    "confidence": Confidence.INVENTED,
                    "source": source,
                },
            )
        for slug, (name, kind, place) in AGENCIES.items():
            agency = {"name": name, "kind": kind, "place": place, "is_fictional": True}
            Agency.objects.update_or_create(slug=slug, defaults=agency)
        for slug, facts in CONTRACTS.items():
            values = facts | {
                "company": Company.objects.get(slug=facts["company"]),
                "agency": Agency.objects.get(slug=facts["agency"]),
                "source": source,
                "confidence": Confidence.INVENTED,
                "is_fictional": True,
            }
            Contract.objects.update_or_create(slug=slug, defaults=values)
