"""A realistic demo: invented companies and signatures beside the real register and real evidence.

Everything is made by the verbs that people use, so the counts, the log and the records are real.
"""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.utils import timezone

from accounts.actions import teams
from accounts.actions.review_keys import make_review_key
from accounts.models import Role, Team, User
from background.actions.outbox import compose, discard_waiting
from background.models import OutboxMail
from evidence.actions import auditing, receiving
from evidence.models import AuditRun, Report, Upload
from petitions.actions import drafting, lifecycle
from petitions.actions.drafting import Particulars, Text
from petitions.models import Petition, Version
from petitions.relations import Relation
from proofs import mails
from register.actions import demo as demo_register
from register.actions import seeding
from register.models import Company, Contract
from signatures.actions import confirming, counting, proving, signing
from signatures.actions.visibility import Choice, choose
from signatures.consents import CONSENTS, KEEP, SHOW
from signatures.models import Audience, Level, Link, Signature
from transparency.actions import append

PASSWORD = "countersign-demo"  # noqa: S105 - shown on the terminal, for the demo only
PASSPHRASE = "four words for reviewers"  # noqa: S105 - likewise
PEOPLE = {
    "ben@demo.example": ("Ben Demo", [Role.OWNER, Role.EDITOR]),
    "mo@demo.example": ("Mo Demo", [Role.MODERATOR]),
    "eve@demo.example": ("Eve Demo", [Role.EVIDENCE_EDITOR]),
    "ravi@demo.example": ("Ravi Demo", [Role.REVIEWER]),
    "ada@demo.example": ("Ada Demo", [Role.AUDITOR]),
}
# What the first signers of each kind show on the page of a petition with names: name, title, level.
NAMED: dict[str, list[tuple[str, str, Level]]] = {
    "employee": [
        ("Ines Example", "Test engineer", Level.NAME_AND_TITLE),
        ("Theo Example", "Camera software", Level.FIRST_NAME_AND_TITLE),
        ("", "Account manager", Level.TITLE_AND_COMPANY),
    ],
    "contingent": [("Lina Placeholder", "Labelling", Level.FIRST_NAME_AND_TITLE)],
    "public": [
        ("Mina Sample", "Librarian", Level.NAME_AND_TITLE),
        ("Otto Sample", "Harbour County", Level.NAME_AND_TITLE),
    ],
}
CODE = re.compile(r"(\d{4}) (\d{4})")
SAMPLES = Path(settings.SAMPLES_DIR)
AUDIT = {
    "thresholds": [{"name": "0.6", "value": 0.6, "origin": "the vendor's default"}],
    "groups": ["race", "gender"],
    "system": {"name": "dlib 20.0 face recogniser, ResNet-34"},
    "labels": {
        "source": "FairFace, given by observers",
        "limits": "These are photographs from the web, not from the police; group labels were "
        "given by observers, not by the people themselves.",
    },
    "source": {
        "citation": "FairFace validation faces (Karkkainen and Joo 2021), distances computed here",
        "licence": "CC BY 4.0",
    },
}


@dataclass(frozen=True)
class Plan:
    """A petition of the demo, and how many sign it."""

    slug: str
    title: str
    demand: str
    company: str
    contract: str
    publication: str
    employees: int
    contingent: int
    unverified: int
    public: int
    in_scope: int | None = None
    has_names: bool = False


PLANS = [
    Plan(
        slug="stop-facematch",
        title="Stop selling FaceMatch to police until it has been tested in public",
        demand=(
            "In March our company renewed its contract with the Harbour County Sheriff. The "
            "product it covers compares the faces of strangers with 400,000 arrest photographs.\n\n"
            "Our company has published no test of it by group. An audit of an open recogniser, "
            "which anyone can repeat and which stands below, shows how unequal such systems can "
            "be.\n\nWe, who build this product, ask the board to\n\n"
            "1. end police use of FaceMatch by 30 June 2027,\n"
            "2. publish every test of it by skin type, sex and age, and\n"
            "3. put any new police contract to a vote of the ethics council."
        ),
        company="example-vision",
        contract="demo-harbour",
        publication="at_once",
        employees=41,
        contingent=12,
        unverified=13,
        public=60,
        in_scope=1200,
        has_names=True,
    ),
    Plan(
        slug="no-face-search-at-the-ports",
        title="No face search at the ports",
        demand=(
            "Sample Optics wants to sell its face search to the Bay Port Police.\n\nWe ask the "
            "board to **withdraw the offer** and to tell us which tests were made of it."
        ),
        company="sample-optics",
        contract="demo-bay-port",
        publication="batched",
        employees=23,
        contingent=4,
        unverified=6,
        public=31,
    ),
    Plan(
        slug="tell-shareholders",
        title="Tell shareholders what the police contracts cost",
        demand=(
            "The yearly report of Placeholder Systems does not name its police customers.\n\n"
            "We ask the board to publish **the number, the value and the terms** of these "
            "contracts before the next meeting."
        ),
        company="placeholder-systems",
        contract="demo-old-town",
        publication="batched",
        employees=11,
        contingent=0,
        unverified=3,
        public=18,
    ),
]


def is_there() -> bool:
    return Petition.objects.filter(is_demo=True).exists()


def build() -> None:
    """Make the whole demo; call it once on a new database."""
    now = timezone.now()
    seeding.seed()
    demo_register.seed_fictional()
    team, people = _people(now)
    report = _evidence(team, people["eve@demo.example"], now)
    for plan in PLANS:
        petition = _petition(plan, team, people, report, now)
        _signatures(plan, petition, now)
    counting.fold(now=now)
    append(now=now)


def _people(now: datetime) -> tuple[Team, dict[str, User]]:
    made = teams.make_team(slug="demo", name="Demo campaign", actor=None, now=now)
    team = Team.objects.get(pk=made.pk)
    people = {}
    for email, (name, roles) in PEOPLE.items():
        user = teams.make_user(email=email, name=name, password=PASSWORD, actor=None, now=now)
        people[email] = User.objects.get(pk=user.pk)
        teams.give_roles(team=team, user=people[email], roles=roles, actor=None, now=now)
    make_review_key(team=team, passphrase=PASSPHRASE, actor=None, now=now)
    return team, people


def _upload(team: Team, name: str, actor: User) -> Upload:
    with (SAMPLES / name).open("rb") as file:
        return receiving.receive(team=team, file=File(file), name=name, actor=actor).upload


def _evidence(team: Team, eve: User, now: datetime) -> Report:
    folder = "dlib-fairface-impostors"
    asked = auditing.ask(
        team=team,
        title="dlib’s open face recogniser takes strangers for one person, and not equally",
        kind="verify",
        files={
            "data": _upload(team, f"{folder}/condensed_distances.parquet", eve),
            "subjects": _upload(team, f"{folder}/subjects.csv", eve),
            "failed": _upload(team, f"{folder}/failed_to_enrol.csv", eve),
        },
        parameters=AUDIT,
        company=None,
        actor=eve,
        now=now,
    )
    run = AuditRun.objects.get(pk=asked.run_id)
    # At once, so that the first page has its evidence; the worker finds the same report again.
    report = auditing.compute(run, lambda _done, _total: None)
    kept = auditing.keep(run_id=run.pk, report=report, now=now)
    auditing.publish(sha256=kept.sha256, actor=eve, now=now)
    return Report.objects.get(pk=kept.sha256)


def _petition(
    plan: Plan, team: Team, people: dict[str, User], report: Report, now: datetime
) -> Petition:
    ben, mo = people["ben@demo.example"], people["mo@demo.example"]
    made = drafting.create(
        team=team,
        slug=plan.slug,
        text=Text(plan.title, plan.demand, "en", [report.sha256]),
        particulars=Particulars(
            company=Company.objects.get(slug=plan.company),
            addressee="the board",
            relations=[Relation.EMPLOYEE, Relation.CONTINGENT, Relation.PUBLIC],
            contract=Contract.objects.get(slug=plan.contract),
            publication=plan.publication,
            in_scope=plan.in_scope,
            in_scope_source="invented" if plan.in_scope else "",
            closes_on=(now + timedelta(days=110)).date(),
        ),
        actor=ben,
        now=now,
        is_demo=True,
    )
    lifecycle.submit(petition_id=made.petition_id, actor=ben, now=now)
    lifecycle.publish(petition_id=made.petition_id, actor=mo, now=now)
    return Petition.objects.select_related("target__company").get(pk=made.petition_id)


def _signatures(plan: Plan, petition: Petition, now: datetime) -> None:
    domain = petition.target.company.domains.all()[0].domain
    wanted = [
        *[("employee", "s")] * plan.employees,
        *[("contingent", "v-s")] * plan.contingent,
        *[("employee", "")] * plan.unverified,
        *[("public", "")] * plan.public,
    ]
    text = petition.texts()[0]
    random.Random(plan.slug).shuffle(wanted)  # noqa: S311 - invented signers, no secret
    names = {relation: list(lines) for relation, lines in NAMED.items() if plan.has_names}
    for number, (relation, mailbox) in enumerate(wanted):
        token = _confirmed(text, relation, f"signer{number}@mail.example", now)
        discard_waiting()
        if mailbox:
            _prove(token, f"{mailbox}{number}@{domain}", now)
        if names.get(relation) and (mailbox or relation == "public"):
            _show(token, *names[relation].pop(0), now)
    discard_waiting()  # the invented signers read no mail


def _confirmed(text: Version, relation: str, address: str, now: datetime) -> str:
    signing.sign(
        petition_id=text.petition_id,
        relation=relation,
        address=address,
        text_digest=text.digest,
        language="en",
        consents={KEEP: str(CONSENTS[KEEP])},
        now=now,
    )
    digest = signing.address_digest(text.petition_id, address)
    signature = Signature.objects.get(petition=text.petition_id, address_digest=digest)
    token = signing.new_link(signature, Link.Purpose.CONFIRM, timedelta(days=1), now)
    return confirming.confirm(token=token, now=now).token


def _show(token: str, name: str, title: str, level: Level, now: datetime) -> None:
    choose(
        token=token,
        choices={Audience.PUBLIC: Choice(level)},
        name=name,
        title=title,
        consents={SHOW: str(CONSENTS[SHOW])},
        now=now,
    )


def _prove(token: str, address: str, now: datetime) -> None:
    proving.begin_proof(
        token=token, method="mailbox", answers={"address": address}, language="en", now=now
    )
    mail = OutboxMail.objects.get(kind=mails.CODE.name)
    digits = "".join(CODE.search(compose(mail).body).groups())  # type: ignore[union-attr, arg-type]
    proving.decide_proof(token=token, answers={"code": digits}, now=now)
    discard_waiting()
