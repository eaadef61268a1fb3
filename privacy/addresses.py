"""The canonical form of a mail address, by which one person is one person.

Rules are by domain: dots mean nothing at Gmail and everything at a company (petition-peers.md 2).
"""

import re
import unicodedata

import idna

from privacy.errors import BadAddress

ADDRESS_CHARACTERS_MAX = 254  # RFC 5321, 4.5.3.1.3
LOCAL_CHARACTERS_MAX = 64  # RFC 5321, 4.5.3.1.1
LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]+")

# One mailbox under two names.
DOMAIN_ALIASES = {"googlemail.com": "gmail.com"}
DOTS_MEAN_NOTHING = frozenset({"gmail.com"})


def canonical(address: str) -> str:
    """The form under which two spellings of one mailbox are equal; raises BadAddress."""
    text = unicodedata.normalize("NFKC", address.strip())
    if len(text) > ADDRESS_CHARACTERS_MAX or text.count("@") != 1:
        raise BadAddress("a mail address has one @ and at most 254 characters")
    local, domain = text.split("@")
    local, domain = local.lower(), _domain(domain)
    if len(local) > LOCAL_CHARACTERS_MAX or not LOCAL_PART.fullmatch(local):
        raise BadAddress("the part before the @ cannot be read")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise BadAddress("the part before the @ has a dot too many")
    domain = DOMAIN_ALIASES.get(domain, domain)
    local = local.partition("+")[0]
    if domain in DOTS_MEAN_NOTHING:
        local = local.replace(".", "")
    if not local:
        raise BadAddress("nothing stands before the @")
    return f"{local}@{domain}"


def _domain(domain: str) -> str:
    try:
        name = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise BadAddress("the part after the @ is not a domain") from error
    if "." not in name or name.replace(".", "").isdigit():
        raise BadAddress("the part after the @ is not a domain")
    return name
