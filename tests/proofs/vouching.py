"""Steps that the tests of vouching and of invitation codes share."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from background.models import OutboxMail
from petitions.models import Petition
from signatures.actions import invitations, proving, vouching
from signatures.actions.invitations import Issued
from tests.factories import confirmed
from tests.people import NOON
from tests.signatures.test_sign_and_prove import code_in_mail

WAYS = ["mailbox", "vouching", "invitation"]


def by_mailbox(petition: Petition, name: str, relation: str = "employee") -> str:
    """A signer who is counted by the work mailbox; returns the token of the visit."""
    token = confirmed(petition, f"{name}@mail.example", relation)
    show_mailbox(token, f"{name}@staff.example")
    return token


def show_mailbox(token: str, address: str) -> None:
    OutboxMail.objects.filter(kind="proofs.code").delete()  # the code is in the only one
    proving.begin_proof(
        token=token, method="mailbox", answers={"address": address}, language="en", now=NOON
    )
    proving.decide_proof(token=token, answers={"code": code_in_mail()}, now=NOON)


def phrases(token: str, now=NOON) -> list[str]:
    """Ask for phrases, as the signer does."""
    begun = proving.begin_proof(token=token, method="vouching", answers={}, language="en", now=now)
    return list(begun.once.values())


def vouch(token: str, phrase: str, attests: str = "employee", now=NOON) -> vouching.Vouched:
    return vouching.vouch(token=token, phrase=phrase, attests=attests, now=now)


def issue(petition: Petition, actor: User, **changed: Any) -> Issued:
    asked = {
        "occasion": "Autumn meeting",
        "number": 3,
        "relation": "employee",
        "valid_until": NOON.date() + timedelta(days=30),
        "neutral": True,
    } | changed
    return invitations.issue(petition_id=petition.pk, language="en", actor=actor, now=NOON, **asked)


def type_code(token: str, code: str, now=NOON):
    return proving.begin_proof(
        token=token, method="invitation", answers={"code": code}, language="en", now=now
    )
