"""What a signature's own page says about vouching."""

from typing import Any

from django import template
from django.utils import timezone

from proofs.actions.vouching import progress_of
from proofs.methods.vouching import METHOD
from signatures.actions.vouching import may_vouch, vouches_of
from signatures.models import Signature

register = template.Library()


@register.inclusion_tag("signatures/vouching/_state.html")
def vouching(signature: Signature) -> dict[str, Any]:
    """How far others have vouched for it, and whether it may vouch."""
    now = timezone.now()
    return {
        "petition": signature.petition,
        "progress": progress_of(subject=signature.pk, now=now),
        "may_vouch": METHOD in signature.petition.methods and may_vouch(signature, now),
        "has_vouched": vouches_of(signature).exists(),
    }
