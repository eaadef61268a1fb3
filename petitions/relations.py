"""Who signs: the relations to the target, in the order in which a page lists them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    CONTINGENT = "contingent", _("Contingent staff")
    FORMER = "former", _("Former employee")
    SHAREHOLDER = "shareholder", _("Shareholder")
    PUBLIC = "public", _("Member of the public")


# Their counts are hidden below the floor and move in batches (DESIGN.md 3.9).
STAFF = frozenset({Relation.EMPLOYEE, Relation.CONTINGENT, Relation.FORMER})

# The proof of a signature that rests on its confirmed address alone.
ADDRESS_ONLY = "none"


def counts_by_address_alone(relation: str) -> bool:
    """Whether a confirmed address is all that this relation needs to be counted."""
    return relation == Relation.PUBLIC
