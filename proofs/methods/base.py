"""The protocol that every way of showing a relation shares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.forms import Form
from django.utils.functional import Promise

from proofs.errors import ProofRefused
from proofs.models import Claim
from proofs.verdicts import Verdict
from register.models import Company


@dataclass(frozen=True)
class Asked:
    """Who asks to show what: a subject (a signature's id) in a scope (a petition's id).

    relation: what the signer claims. settings: the petition's own, such as `vouchers`.
    """

    scope: UUID
    subject: UUID
    company: Company
    relation: str
    language: str
    now: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Started:
    """A claim is open, or waits for others.

    once: words to be shown on the next page and never again, such as a phrase; not stored.
    """

    claim_id: UUID
    once: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decided:
    """A claim was decided in favour: the record of the proof, and what it found."""

    proof_id: UUID
    method: str
    verdict: Verdict


@dataclass(frozen=True)
class NotShown:
    """What was typed does not show the relation; `left` tries remain. The caller must commit."""

    left: int


class Method:
    """One way to show a relation.

    `begin` and `decide` run inside the caller's transaction, so that a verdict and the count
    that follows from it are written together or not at all.
    """

    name: ClassVar[str]
    label: ClassVar[Promise | str]  # the choice, as the signer reads it
    counted_as: ClassVar[Promise | str]  # beside its figure on the petition's page
    explain: ClassVar[Promise | str]  # what it takes
    risk: ClassVar[Promise | str]  # what it may cost the signer, shown before the choice
    stores: ClassVar[Promise | str]  # what stays with us, and how long
    when_flagged: ClassVar[Promise | str] = ""  # to its owner: why a proof no longer counts
    limits: ClassVar[Mapping[str, int]]
    shows: ClassVar[frozenset[str]]  # the relations, as a petition names them, that it can show
    begin_form: ClassVar[type[Form]]
    decide_form: ClassVar[type[Form] | None] = None  # None: others decide, or `begin` did
    begin_template: ClassVar[str] = "signatures/proving/begin.html"
    decide_template: ClassVar[str] = "signatures/proving/decide.html"
    # Whether a new petition accepts it unless its organisers say otherwise.
    by_default: ClassVar[bool] = True
    # Whether people of the petition's team decide; the signer is then told by mail.
    is_reviewed: ClassVar[bool] = False
    # Whether it takes a file: those that cannot be used are counted (proofs.actions.uploads).
    takes_upload: ClassVar[bool] = False

    def is_offered(self, company: Company) -> bool:  # noqa: ARG002 - for those that need a setting
        """Whether this host and this company's rows make it possible at all."""
        return True

    def is_ready(self, settings: Mapping[str, Any]) -> bool:  # noqa: ARG002 - for those that need one
        """Whether this petition's own settings make it possible (`Asked.settings`)."""
        return True

    def begin(self, asked: Asked, answers: Mapping[str, Any]) -> Started | Decided | NotShown:
        """Open a claim with the answers of `begin_form`, files included; raises ProofRefused."""
        raise NotImplementedError

    def decide(self, *, claim: Claim, answers: Mapping[str, Any], now: datetime) -> Decided | None:
        """Judge the answers of `decide_form`. None: not shown; the caller must commit the try."""
        raise NotImplementedError

    def forget(self, subject: UUID) -> None:
        """Erase what this way alone keeps of a subject; claims and proofs go without it."""


METHODS: dict[str, Method] = {}


def method(kind: type[Method]) -> type[Method]:
    """Register a method by its name."""
    METHODS[kind.name] = kind()
    return kind


def methods_for(
    relation: str, accepted: Iterable[str], company: Company, settings: Mapping[str, Any]
) -> list[Method]:
    """The ways that a petition accepts for this relation, in the order of registration."""
    names = set(accepted)
    return [
        way
        for way in METHODS.values()
        if way.name in names
        and relation in way.shows
        and way.is_offered(company)
        and way.is_ready(settings)
    ]


def default_methods() -> list[str]:
    """The ways that a new petition accepts unless its organisers choose."""
    return [name for name, way in METHODS.items() if way.by_default]


def by_name(name: str) -> Method:
    if name not in METHODS:
        raise ProofRefused("unknown-method")
    return METHODS[name]
