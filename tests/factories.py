"""Things for tests, made by the verbs that people use."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client

from accounts.models import Role, Team, User
from accounts.rights import Right, may
from petitions.actions import drafting, lifecycle
from petitions.actions.drafting import Particulars, Text
from petitions.models import Petition
from petitions.relations import Relation
from register.models import Agency, Company, CompanyDomain, Contract, Source
from signatures import visits
from signatures.actions import confirming, signing
from signatures.actions.signing import address_digest
from signatures.consents import CONSENTS, KEEP
from signatures.models import Link, Signature
from tests.people import NOON, make_user

CONSENT = {KEEP: str(CONSENTS[KEEP])}
ALL_RELATIONS = list(Relation.values)
_numbers = count(1)


def make_company(name: str = "Example Vision", domain: str = "staff.example") -> Company:
    company, _made = Company.objects.get_or_create(
        slug=name.lower().replace(" ", "-"), defaults={"name": name, "is_fictional": True}
    )
    CompanyDomain.objects.get_or_create(
        domain=domain, defaults={"company": company, "prefixes": {"v-": "contingent"}}
    )
    return company


def make_contract(company: Company | None = None) -> Contract:
    source, _made = Source.objects.get_or_create(key="minutes", defaults={"title": "Minutes"})
    agency, _made = Agency.objects.get_or_create(
        slug="harbour", defaults={"name": "Harbour County Sheriff", "is_fictional": True}
    )
    return Contract.objects.create(
        slug=f"contract-{next(_numbers)}",
        company=company or make_company(),
        agency=agency,
        product="FaceMatch 4",
        source=source,
    )


def draft_petition(
    team: Team, ben: User, *, text: Text | None = None, **particulars: Any
) -> Petition:
    number = next(_numbers)
    text = text or Text(f"Stop selling FaceMatch {number}", "We ask the board to **stop**.", "en")
    settings = {
        "company": make_company(),
        "addressee": "the board",
        "relations": ALL_RELATIONS,
    } | particulars
    made = drafting.create(
        team=team, text=text, particulars=Particulars(**settings), actor=ben, now=NOON
    )
    return Petition.objects.get(pk=made.petition_id)


def open_petition(team: Team, ben: User, **particulars: Any) -> Petition:
    """A petition that a moderator published."""
    petition = draft_petition(team, ben, **particulars)
    lifecycle.submit(petition_id=petition.pk, actor=ben, now=NOON)
    lifecycle.publish(petition_id=petition.pk, actor=moderator_of(team), now=NOON)
    petition.refresh_from_db()
    return petition


def moderator_of(team: Team) -> User:
    from accounts.actions import teams

    user = User.objects.filter(email=f"moderator-{team.slug}@team.example").first()
    if user is None:
        user = make_user(f"moderator-{team.slug}")
    if not may(user, Right.MODERATE_PETITION, team):
        teams.give_roles(team=team, user=user, roles=[Role.MODERATOR], actor=None, now=NOON)
    return user


def sign(petition: Petition, address: str, relation: str = Relation.EMPLOYEE) -> None:
    signing.sign(
        petition_id=petition.pk,
        relation=relation,
        address=address,
        text_digest=Petition.objects.get(pk=petition.pk).text.digest,
        language="en",
        consents=CONSENT,
        now=NOON,
    )


def signature_of(petition: Petition, address: str) -> Signature:
    digest = address_digest(petition.pk, address)
    return Signature.objects.get(petition=petition, address_digest=digest)


def confirm_link(petition: Petition, address: str) -> str:
    """A new token that confirms, as the mail would bring it."""
    signature = signature_of(petition, address)
    return signing.new_link(signature, Link.Purpose.CONFIRM, timedelta(days=7), NOON)


def confirmed(petition: Petition, address: str, relation: str = Relation.EMPLOYEE) -> str:
    """Sign and confirm; returns the token of the visit."""
    sign(petition, address, relation)
    return confirming.confirm(token=confirm_link(petition, address), now=NOON).token


def opened(client: Client, petition: Petition, address: str, relation: str = "employee") -> str:
    """Sign and confirm, and let this browser act for the signature; returns the token."""
    token = confirmed(petition, address, relation)
    client.cookies[visits.COOKIE] = token
    return token
