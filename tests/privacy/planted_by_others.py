"""What colleagues, reviewers and organisers leave behind beside what `planted` plants."""

from privacy.digests import keyed_digest, token_digest
from proofs.images import read_picture
from proofs.methods.invitation import code_digest
from proofs.methods.vouching import phrase_digest, voucher_digest
from signatures.actions import marking, returning
from tests.documents import give_key, photo, send
from tests.factories import confirmed, signature_of
from tests.people import NOON, member
from tests.proofs.test_invitation import codes_of
from tests.proofs.vouching import by_mailbox, phrases, type_code, vouch

WAYS = ["mailbox", "document", "vouching", "invitation"]
OBJECTION = "Planted objection: I am a real person"


def plant_by_others(petition, ben) -> tuple[dict[str, str], dict[str, bytes]]:
    """A document waits, phrases and cards are out and used, a signer objects, a code is kept.

    Returns the secrets in clear, and what was derived from them, as `Planted` has them.
    """
    scope, team = petition.pk, petition.team
    give_key(team)
    devi, picture = confirmed(petition, "devi@mail.example"), photo()
    send(devi, picture)
    given, out = phrases(devi)
    emil = by_mailbox(petition, "emil")
    vouch(emil, given)
    unused, used = codes_of(petition, ben, number=2)
    type_code(confirmed(petition, "fay@mail.example"), used)
    gus = confirmed(petition, "gus@mail.example")
    reviewer = member("planted-reviewer", team, "reviewer")
    marking.set_aside(
        signature_ids=[signature_of(petition, "gus@mail.example").pk], actor=reviewer, now=NOON
    )
    marking.object_to(token=gus, words=OBJECTION, now=NOON)
    code = returning.make_code(token=emil, now=NOON).code
    emils = signature_of(petition, "emil@mail.example")
    clean = read_picture(picture)
    texts = {"phrase": out, "used phrase": given, "card": unused, "used card": used,
                      "objection": OBJECTION, "code for later": code}  # fmt: skip
    derived = {
        "picture": keyed_digest(clean.pixels.hex(), scope=scope, purpose="picture"),
        "piece of the picture": clean.jpeg[2_000:2_048],
        "digest of phrase": phrase_digest(scope, out),
        "digest of card": code_digest(scope, unused),
        "voucher": voucher_digest(scope, emils.pk),
        "digest of later": token_digest(returning.typed(code)),
    }
    return texts, derived


FOUND = ["picture", "digest of phrase", "digest of card", "voucher", "digest of later", "objection"]
