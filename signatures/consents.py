"""What a signer agrees to. The exact words are kept with the signature (DESIGN.md 3.6)."""

from django.utils.translation import gettext_lazy as _

KEEP = "keep"
SHOW = "show"
CONTACT = "contact"
CONSENTS = {
    KEEP: _(
        "I agree that my address is kept, encrypted, together with the fact that I signed this "
        "petition, so that I am counted once. I can take my signature back until the petition "
        "is delivered."
    ),
    CONTACT: _(
        "The organisers may write to me about this petition. My address is encrypted to keys that "
        "only they hold; this site cannot read it."
    ),
    SHOW: _(
        "I agree that what I choose here is shown to those for whom I choose it. They learn from "
        "it what I think about this petition."
    ),
}
# The words of KEEP where the organisers hold the keys to addresses (signatures.actions.contacts).
KEEP_FINGERPRINT = _(
    "I agree that a keyed fingerprint of my address is kept together with the fact that I signed "
    "this petition, so that I am counted once. The address itself is erased when I confirm. I can "
    "take my signature back until the petition is delivered."
)
