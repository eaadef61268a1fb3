"""Facts for tests. What is named here is invented, and marked so."""

from datetime import date
from itertools import count
from typing import Any

from register.models import Agency, Commitment, Company, Contract, Source

_numbers = count(1)


def source(**fields: Any) -> Source:
    number = next(_numbers)
    return Source.objects.create(
        **{"key": f"minutes-{number}", "title": f"Board minutes, item {number}"} | fields
    )


def company(**fields: Any) -> Company:
    number = next(_numbers)
    return Company.objects.create(
        **{"slug": f"vision-{number}", "name": f"Vision {number}", "is_fictional": True} | fields
    )


def agency(**fields: Any) -> Agency:
    number = next(_numbers)
    return Agency.objects.create(
        **{"slug": f"harbour-{number}", "name": f"Harbour {number}", "is_fictional": True} | fields
    )


def contract(**fields: Any) -> Contract:
    made = {
        "slug": f"contract-{next(_numbers)}",
        "product": "FaceMatch 4",
        "starts": date(2026, 4, 1),
        "ends": date(2029, 3, 31),
        "is_fictional": True,
    }
    needed = {"company": company, "agency": agency, "source": source}
    for name, make in needed.items():
        if name not in fields:
            made[name] = make()
    return Contract.objects.create(**made | fields)


def commitment(**fields: Any) -> Commitment:
    made = {
        "slug": f"promise-{next(_numbers)}",
        "entity": "Vision",
        "kind": Commitment.Kind.COMPANY,
        "instrument": "no sales to police",
        "actor_scope": "police",
    }
    return Commitment.objects.create(**made | fields)
