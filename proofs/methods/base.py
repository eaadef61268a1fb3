"""The protocol that every way of showing a relation shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.forms import Form
from django.utils.functional import Promise

from proofs.errors import ProofRefused
from proofs.models import Claim
from proofs.verdicts import Verdict
from register.models import Company


@dataclass(frozen=True)
class Started:
    """A claim is open; the person is to bring what `decide_form` asks for."""

    claim_id: UUID


@dataclass(frozen=True)
class Decided:
    """A claim was decided in favour: the record of the proof, and what it found."""

    proof_id: UUID
    method: str
    verdict: Verdict


class Method:
    """One way to show a relation.

    `begin` and `decide` run inside the caller's transaction, so that a verdict and the count
    that follows from it are written together or not at all.
    """

    name: ClassVar[str]
    label: ClassVar[Promise | str]  # the choice, as the signer reads it
    explain: ClassVar[Promise | str]  # what it takes
    risk: ClassVar[Promise | str]  # what it may cost the signer, shown before the choice
    stores: ClassVar[Promise | str]  # what stays with us, and how long
    limits: ClassVar[Mapping[str, int]]
    shows: ClassVar[frozenset[str]]  # the relations, as a petition names them, that it can show
    begin_form: ClassVar[type[Form]]
    decide_form: ClassVar[type[Form]]

    def begin(
        self,
        *,
        scope: UUID,
        subject: UUID,
        company: Company,
        answers: Mapping[str, str],
        language: str,
        now: datetime,
    ) -> Started:
        """Open a claim with the answers of `begin_form`; raises ProofRefused."""
        raise NotImplementedError

    def decide(self, *, claim: Claim, answers: Mapping[str, str], now: datetime) -> Decided | None:
        """Judge the answers of `decide_form`. None: not shown; the caller must commit the try."""
        raise NotImplementedError


METHODS: dict[str, Method] = {}


def method(kind: type[Method]) -> type[Method]:
    """Register a method by its name."""
    METHODS[kind.name] = kind()
    return kind


def methods_for(relation: str) -> list[Method]:
    """The ways that can show this relation, in the order in which they were registered."""
    return [way for way in METHODS.values() if relation in way.shows]


def by_name(name: str) -> Method:
    if name not in METHODS:
        raise ProofRefused("unknown-method")
    return METHODS[name]
