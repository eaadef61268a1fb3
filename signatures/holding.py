"""All that is held of one signature, for its owner: on a page, and as a file (docs/export.md)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from petitions.models import Petition
from proofs.methods.base import METHODS
from proofs.models import Claim, Proof
from proofs.verdicts import Verdict
from signatures.actions.together import waiting_besides
from signatures.models import Audience, Link, MailCount, Objection, Signature, Visibility
from signatures.visibility import RANK, as_shown
from transparency import proofs as log

FORMAT = 1


@dataclass(frozen=True)
class Item:
    """One thing held: what it is, what it says, and until when."""

    what: str
    value: str
    until: str


@dataclass(frozen=True)
class Seen:
    """What one audience may read now, as it reads it, and what waits for others."""

    audience: str
    label: Promise | str
    words: str
    together: int | None = None  # waits until so many agreed
    others: int = 0  # that wait as well, in whole floors
    due_at: datetime | None = None  # its owner was told that it is shown then


def held(signature: Signature) -> list[Item]:
    """Every field in words."""
    petition = signature.petition
    until = _until(petition)
    items = [
        *_address(signature, until),
        Item(_("A keyed fingerprint of your address"), _("so that you are counted once"), until),
        *_words(signature, until),
        Item(_("What you signed"), _text(signature), until),
        Item(_("What you agreed to"), " ".join(signature.consents.values()), until),
        Item(_("As what you signed"), signature.get_relation_display(), until),
        Item(_("The day on which you signed"), _day(signature.received_on), until),
        Item(_("The day on which you confirmed"), _day(signature.confirmed_on), until),
        *[_proof(proof, until) for proof in Proof.objects.of(signature.pk).order_by("pk")],
        *[
            Item(_("A proof that you began"), _claim(claim), until)
            for claim in Claim.objects.filter(subject=signature.pk).order_by("begun_at")
        ],
        *[
            Item(_("Your choice of who reads what"), _choice(row), until)
            for row in signature.visibilities.order_by("audience")
        ],
        Item(
            _("The key to your entry in the public log"),
            _("without it nobody can tell which entry is yours"),
            until,
        ),
        Item(_("Mail that we send unasked"), _("off") if signature.is_muted else _("on"), until),
    ]
    return items + _of_late(signature, until)


def _of_late(signature: Signature, until: str) -> list[Item]:
    """What happened to it since, the mails and the links."""
    items = []
    if signature.marked_on:
        why = f"{_day(signature.marked_on)}: {signature.why_marked}"
        items.append(Item(_("Set aside as doubtful"), why, until))
    if signature.left_on:
        items.append(Item(_("You said that you left"), _day(signature.left_on), until))
    if objection := _objection(signature):
        items.append(Item(_("Your objection, encrypted"), objection, until))
    items += [
        Item(_("How many mails we sent you"), f"{_day(row.day)}: {row.sent}", until)
        for row in _mail_counts(signature)
    ]
    items += [
        Item(
            _("A link that opens your signature"),
            link.get_purpose_display(),
            _day(link.expires_at.date()),
        )
        for link in signature.links.exclude(purpose=Link.Purpose.VISIT)
    ]
    return items


def seen_by(signature: Signature) -> list[Seen]:
    """Each audience: what it reads now, as it stands in a list."""
    rows = {row.audience: row for row in signature.visibilities.select_related("reveal")}
    return [_seen(signature, rows, Audience(audience)) for audience in Audience.values]


def export(signature: Signature) -> dict[str, Any]:
    """The same for a machine; nothing in it is about anybody else."""
    return {
        "format": FORMAT,
        "signature": _row(signature),
        "version": {
            "number": signature.version.number,
            "language": signature.version.language,
            "title": signature.version.title,
            "sha256": signature.version.digest,
        },
        "consents": dict(signature.consents),
        "proofs": [
            {
                "method": proof.method,
                "verdict": proof.verdict,
                "verified_on": _iso(proof.verified_on),
                "expires_on": _iso(proof.expires_on),
                "counts": proof.pk == signature.proof_id,
                "in_doubt": proof.is_flagged,
            }
            for proof in Proof.objects.of(signature.pk).order_by("verified_on", "method")
        ],
        "begun_proofs": [
            {"method": claim.method, "state": claim.state, "begun_on": _iso(claim.begun_at.date())}
            for claim in Claim.objects.filter(subject=signature.pk).order_by("begun_at")
        ],
        "visibility": [
            {
                "audience": row.audience,
                "level": row.level,
                "together": row.together,
                "shown_on": _iso(row.shown_on),
            }
            for row in signature.visibilities.order_by("audience")
        ],
        "mails": [{"day": _iso(row.day), "sent": row.sent} for row in _mail_counts(signature)],
        "links": [
            {"purpose": link.purpose, "expires_on": _iso(link.expires_at.date())}
            for link in signature.links.order_by("expires_at")
        ],
        "log": log_proof(signature),
    }


def _row(signature: Signature) -> dict[str, Any]:
    """The fields of the signature itself."""
    return {
        "id": str(signature.pk),
        "petition": signature.petition.slug,
        "state": signature.state,
        "relation": signature.relation,
        "counted_by": signature.proof_method,
        "address": signature.reveal_address(),
        "contact_age": base64.b64encode(bytes(signature.contact)).decode(),
        "name": signature.reveal_name(),
        "title": signature.reveal_title(),
        "received_on": _iso(signature.received_on),
        "confirmed_on": _iso(signature.confirmed_on),
        "set_aside_on": _iso(signature.marked_on),
        "set_aside_because": signature.mark_reason,
        "left_on": _iso(signature.left_on),
        "objection": _objection(signature),
        "no_notices": signature.is_muted,
        "kept_until": _iso(signature.petition.people_kept_until),
        "kept_days_after_closing": signature.petition.keep_days,
    }


def log_proof(signature: Signature) -> dict[str, Any]:
    """What is needed to check the entry in the public log offline; the path once it is there."""
    leaf = bytes(signature.log_leaf)
    opened = {
        "record": signature.log_record(),
        "salt": base64.b64encode(bytes(signature.log_salt)).decode(),
        "leaf_hash": leaf.hex(),
    }
    inclusion = log.latest_inclusion(leaf)
    if inclusion is None:
        return opened
    return opened | {
        "index": inclusion.index,
        "tree_size": inclusion.size,
        "path": [node.hex() for node in inclusion.path],
        "checkpoint": inclusion.checkpoint,
    }


def _address(signature: Signature, until: str) -> list[Item]:
    items = []
    if signature.address or not signature.contact:
        items.append(Item(_("Your address, encrypted"), signature.reveal_address(), until))
    if signature.contact:
        words = _("the organisers can read it, and may write to you; we cannot")
        items.append(Item(_("Your address, encrypted to the organisers’ keys"), words, until))
    return items


def _words(signature: Signature, until: str) -> list[Item]:
    given = ((_("Your name"), signature.reveal_name()), (_("Your title"), signature.reveal_title()))
    return [Item(what, value, until) for what, value in given if value]


def _text(signature: Signature) -> str:
    words = _("“%(title)s”, version %(number)s")
    return words % {"title": signature.version.title, "number": signature.version.number}


def _proof(proof: Proof, until: str) -> Item:
    words = _("%(verdict)s, %(how)s, shown on %(day)s, holds until %(end)s")
    value = words % {
        "verdict": Verdict(proof.verdict).label,
        "how": proof.how,
        "day": _day(proof.verified_on),
        "end": _day(proof.expires_on),
    }
    if proof.mailbox_digest:
        value += "; " + _("with a keyed fingerprint of the mailbox")
    return Item(_("How you showed it"), value, until)


def _claim(claim: Claim) -> str:
    label = METHODS[claim.method].label if claim.method in METHODS else claim.method
    return f"{label}: {claim.get_state_display()}"


def _choice(row: Visibility) -> str:
    words = f"{row.get_audience_display()}: {row.get_level_display()}"
    if row.together is None:
        return words
    return words + ", " + _("once at least %(n)s of us agreed") % {"n": row.together}


def _seen(signature: Signature, rows: Mapping[str, Visibility], audience: Audience) -> Seen:
    own = rows.get(audience)
    levels = [row.level for row in (own, rows.get(Audience.PUBLIC)) if row and row.shown_on]
    best = max(levels, key=lambda level: RANK[level], default=None)
    now = Seen(audience, audience.label, as_shown(signature, best).words if best else "")
    if own is None or own.shown_on:
        return now
    return replace(
        now,
        together=own.together,
        others=waiting_besides(signature, audience),
        due_at=own.reveal.due_at if own.reveal else None,
    )


def _objection(signature: Signature) -> str:
    found = Objection.objects.filter(signature=signature).first()
    return found.reveal_words() if found else ""


def _until(petition: Petition) -> str:
    day = petition.people_kept_until
    if day:
        return date_format(day)
    return _("%(days)s days after the petition closes") % {"days": petition.keep_days}


def _mail_counts(signature: Signature) -> list[MailCount]:
    same = {"petition": signature.petition, "address_digest": signature.address_digest}
    return list(MailCount.objects.filter(**same).order_by("day"))


def _day(day: date | None) -> str:
    return date_format(day) if day else ""


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
