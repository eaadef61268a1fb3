"""What organisers may see of invitation codes: never who used one, nor a number that is small."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from background.models import Job
from petitions.models import Petition
from proofs.models import InvitationBatch
from signatures.actions import invitations


@dataclass(frozen=True)
class BatchLine:
    """A batch on the desk. used: at least so many; None where the floor hides it."""

    batch: InvitationBatch
    used: int | None
    is_over: bool


def batches_of(petition: Petition, now: datetime) -> list[BatchLine]:
    """The batches of a petition, newest first, with what its floor lets through: all or none of
    a relation's, for the public total less the others would tell a small one.

    An unused batch counts as a small one, so that its first use hides nothing that was shown;
    and a number moves by whole floors, so that no step betrays one person.
    """
    batches = list(InvitationBatch.objects.filter(scope=petition.pk).select_related("issued_by"))
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for batch in batches:
        cells[batch.verdict][str(batch.pk)] = max(1, batch.used)
    floor = petition.floor
    shown: dict[str, int] = {}
    for used in cells.values():
        if min(used.values()) >= floor:
            shown |= {key: number - number % floor for key, number in used.items()}
    return [BatchLine(batch, shown.get(str(batch.pk)), batch.is_over(now)) for batch in batches]


def falling(batch: InvitationBatch) -> Job | None:
    """The job that lets fall what a leaked batch had shown."""
    return Job.objects.filter(kind=invitations.JOB, key=str(batch.pk)).first()
