"""One-time phrases and invitation codes: made to be read aloud, and read back however typed."""

import re
import secrets

from proofs import policy
from proofs.wordlist import WORDS

KNOWN = frozenset(WORDS)
# Crockford's base 32: no I, L, O or U, so that no letter is taken for another or for a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("ILO", "110")
GROUP = 4


def new_phrase() -> str:
    """Some words of the list, each equally likely; 40 bits."""
    return " ".join(secrets.choice(WORDS) for _ in range(policy.PHRASE_WORDS))


def read_phrase(text: str) -> tuple[str, list[str]]:
    """The phrase as it was made, and the words in it that the list does not know."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return " ".join(words), [word for word in words if word not in KNOWN]


def new_invitation() -> str:
    """A code of so many letters and digits, 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(policy.INVITATION_CHARACTERS))


def grouped(code: str) -> str:
    """The code as a card shows it: in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_invitation(text: str) -> str | None:
    """The code as it was made; None: this is none, whatever it is."""
    code = re.sub(r"[\s\-–—.]", "", text).upper().translate(LOOK_ALIKE)
    whole = len(code) == policy.INVITATION_CHARACTERS and all(one in ALPHABET for one in code)
    return code if whole else None
