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
            "This can no longer be used. Ask the organisers if you think this is wrong."
        ),
        "mail-large": _("This file is larger than %(megabytes)s MB. Choose a shorter mail."),
        "mail-unreadable": _(
            "This is not a mail as a server delivers it. Save the message itself as an .eml file "
            "and choose that file."
        ),
        "mail-several": _(
            "This mail names several recipients, so it does not tell whose it is. Choose one that "
            "was sent to you alone."
        ),
        "mail-list": _(
            "This mail came by a list or was passed on, so it does not tell whose it is. Choose "
            "one that the company’s server sent to you alone."
        ),
        "mail-from-elsewhere": _(
            "This mail does not come from one of the company’s domains: %(domains)s."
        ),
        "mail-from-person": _(
            "A person wrote this mail, and a person can write any name into it. Choose one from an "
            "address such as no-reply or hr."
        ),
        "mail-unsigned": _(
            "The company’s server has not signed this mail. Choose another, from another sender."
        ),
        "mail-cover": _(
            "The signature leaves out the sender, the recipient, the day or a part of the text. "
            "Choose a mail from another sender."
        ),
        "mail-signature": _(
            "The signature does not fit: the mail was changed on its way or when it was saved. "
            "Save the original message as it is."
        ),
        "mail-key-gone": _(
            "The company no longer publishes the key of this signature. Choose a newer mail."
        ),
        "mail-key-weak": _(
            "The company signed with a key of less than %(bits)s bits, which others can find out. "
            "Choose a mail from another sender."
        ),
        "mail-over": _("The signature of this mail has run out. Choose a newer mail."),
        "mail-old": _("The mail must be from the last %(days)s days. Choose a newer one."),
        "mail-used": _("This mail was used before. Choose another one."),
        "dns-down": _("The company’s key could not be looked up. Try again in some minutes."),
        "sign-in-over": _("This sign-in is too old or was used. Begin again."),
        "sign-in-failed": _(
            "Your company’s sign-in did not confirm who you are. Begin again, or choose another "
            "way."
        ),
        "sign-in-down": _("Your company’s sign-in does not answer. Try again in some minutes."),
        "sign-in-no-address": _(
            "Your company’s sign-in told no confirmed mail address. Choose another way."
        ),
        "picture-large": _("This file is larger than %(megabytes)s MB. Take a smaller picture."),
        "picture-pdf": _(
            "This is a PDF. Take a photo or a screenshot of it: it then shows just what you "
            "want to show."
        ),
        "picture-unreadable": _(
            "This file cannot be read as a picture. Send a JPEG, PNG, WebP or HEIC, such as a "
            "photo or a screenshot."
        ),
        "picture-small": _(
            "This picture is too small to be read: each side has at least %(pixels)s pixels."
        ),
        "picture-many-pixels": _(
            "This picture has more than %(megapixels)s million pixels. Take a smaller one."
        ),
        "picture-moves": _("This file holds several pictures. Send one photo or screenshot."),
        "document-waits": _("A document of yours waits for a decision already."),
        "documents-used-up": _(
            "You have sent as many documents as this petition takes. Choose another way, or ask "
            "the organisers."
        ),
        "uploads-today": _(
            "Too many files could not be used today (%(most)s). Try again tomorrow, or choose "
            "another way."
        ),
        "documents-today": _("You have sent several documents today. Try again tomorrow."),
        "no-reviewers": _("Nobody can decide on documents here now. Choose another way."),
        "document-gone": _("This document is decided already, or was taken back."),
        "document-altered": _(
            "What is stored is not the document that the signer sent. Tell whoever keeps this "
            "host; it cannot be decided on."
        ),
        "look-first": _("Look at the document before you decide on it."),
        "opinion-given": _("You have decided on this document. Somebody else is to look at it."),
        "passphrase-tries": _("Too many wrong passphrases. Try again in an hour."),
        "same-person": _(
            "Another proof of this petition bears the same name. If it is another person, tick "
            "the box below and decide again."
        ),
        "no-reason": _("Choose why the document does not show the relation."),
        "relation-not-asked": _("This petition does not ask for this relation."),
    }
