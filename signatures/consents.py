"""What a signer agrees to. The exact words are kept with the signature (DESIGN.md 3.6)."""

from django.utils.translation import gettext_lazy as _

KEEP = "keep"
SHOW = "show"
CONSENTS = {
    KEEP: _(
        "I agree that my address is kept, encrypted, together with the fact that I signed this "
        "petition, so that I am counted once. I can take my signature back until the petition "
        "is delivered."
    ),
    SHOW: _(
        "I agree that what I choose here is shown to those for whom I choose it. They learn from "
        "it what I think about this petition."
    ),
}
