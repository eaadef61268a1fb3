"""What the proofs refuse.

Refused
└── ProofRefused
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused


class ProofRefused(Refused):
    WORDS: ClassVar[dict[str, str | Promise]] = {
        "malformed": _("This is not a mail address. It looks like name@%(example)s."),
        "look-alike": _(
            "This domain uses letters outside a to z, as look-alike domains do. "
            "Type the address as it stands in your mail program."
        ),
        "not-listed": _("This address is not at one of the company's domains: %(domains)s."),
        "customer-mail": _(
            "%(domain)s is mail for the company's customers. It does not show that you work there."
        ),
        "role-address": _(
            "Several people may read this address. Use the mailbox that only you read."
        ),
        "no-domains": _("No mail domain of this company is known to us yet."),
        "unknown-method": _("This way of showing it is not offered here."),
        "wrong-code": _("This is not the code. Tries left: %(left)s."),
        "code-over": _("This code is used up or too old. Ask for a new one."),
        "tries-over": _("That was wrong too often today. Try again tomorrow."),
        "vouches-over": _(
            "You have vouched for %(most)s people, and nobody vouches for more in one petition."
        ),
        "shown-already": _("You have shown this already, and it still counts."),
        "mailbox-used": _(
            "This code can no longer be used. Ask the organisers if you think this is wrong."
        ),
    }
