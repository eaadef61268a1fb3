"""What a work address says about its holder, by the company's own rules (domain.md 7).

Mailbox control on one day is shown, not employment; hence `Verdict.ALIAS` and an age.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from proofs.errors import ProofRefused
from proofs.verdicts import Verdict
from register.models import CompanyDomain

# Mailboxes that stand for a function; a person's name never is one of these words.
ROLE_NAMES = frozenset(
    """abuse accounting accounts admin administrator all alerts billing board business careers
    compliance contact customerservice dpo editor employees enquiries everyone feedback finance
    help helpdesk hello hostmaster hr info inquiries investor investors ir it jobs legal list
    listserv mail mailer-daemon marketing media news newsletter no-reply noc noreply notifications
    office operations orders payroll postmaster press privacy pr recruiting recruitment root
    sales security service shop staff subscribe support sysadmin team undisclosed-recipients
    unsubscribe usenet uucp webmaster webteam www""".split()  # noqa: SIM905 - a list of fifty quoted words reads worse
)
LOCAL_PART = re.compile(r"[a-z0-9][a-z0-9._'-]*(\+[a-z0-9._-]*)?")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
NO_REPLY = re.compile(r"(no|do[._-]?not)[._-]?reply([._-][a-z0-9._-]*)?")
ADDRESS_CHARACTERS_MAX = 254


@dataclass(frozen=True)
class Reading:
    """A work address, read by the company's rules. `mailbox` is the form that is unique."""

    mailbox: str
    verdict: Verdict


def read_work_address(address: str, domains: Iterable[CompanyDomain]) -> Reading:
    """Read a typed work address, or raise ProofRefused with what is wrong with it."""
    rules = list(domains)
    staff = [rule for rule in rules if rule.kind != CompanyDomain.Kind.CUSTOMER]
    if not staff:
        raise ProofRefused("no-domains")
    local, domain = split(address, example=staff[0].domain)
    rule = rule_for(domain, rules)
    if rule is None:
        listed = ", ".join(sorted(rule.domain for rule in staff))
        raise ProofRefused("not-listed", domains=listed)
    if rule.kind == CompanyDomain.Kind.CUSTOMER:
        raise ProofRefused("customer-mail", domain=domain)
    name = local.partition("+")[0]
    if _is_role(name):
        raise ProofRefused("role-address")
    if rule.strip_dots:
        name = name.replace(".", "")
    return Reading(f"{name}@{domain}", _verdict(name, rule))


def split(address: str, example: str) -> tuple[str, str]:
    """Name and domain of a typed address, in lower case; raises ProofRefused."""
    text = address.strip()
    if len(text) > ADDRESS_CHARACTERS_MAX or text.count("@") != 1:
        raise ProofRefused("malformed", example=example)
    local, domain = text.split("@")
    if not domain.isascii() or "xn--" in domain.lower() or not local.isascii():
        raise ProofRefused("look-alike")
    local, domain = local.lower(), domain.lower()
    labels = domain.split(".")
    if (
        not LOCAL_PART.fullmatch(local)
        or ".." in local
        or len(labels) < 2  # noqa: PLR2004 - a name and a top-level domain
        or not all(LABEL.fullmatch(label) for label in labels)
    ):
        raise ProofRefused("malformed", example=example)
    return local, domain


def rule_for(domain: str, rules: list[CompanyDomain]) -> CompanyDomain | None:
    """The rule of exactly this domain, else of a parent whose subdomains are listed too."""
    exact = next((rule for rule in rules if rule.domain == domain), None)
    if exact:
        return exact
    parents = [rule for rule in rules if rule.subdomains and domain.endswith(f".{rule.domain}")]
    return max(parents, key=lambda rule: len(rule.domain), default=None)


def _is_role(name: str) -> bool:
    # press-office@ and info.uk@ are read by several people as much as press@ and info@.
    words = re.split(r"[._-]", name)
    return not name or name in ROLE_NAMES or (len(words) > 1 and words[0] in ROLE_NAMES)


def is_automatic(name: str) -> bool:
    """Whether a sender is the company's own voice, such as no-reply or hr-news.

    Stricter than `_is_role`: press.anna is refused as a mailbox, and is a person as a sender.
    """
    words = re.split(r"[._-]", name)
    return name in ROLE_NAMES or all(word in ROLE_NAMES for word in words) or is_no_reply(name)


def is_no_reply(name: str) -> bool:
    return NO_REPLY.fullmatch(name) is not None


def _verdict(name: str, rule: CompanyDomain) -> Verdict:
    for prefix, relation in sorted(rule.prefixes.items(), key=lambda item: -len(item[0])):
        if name.startswith(prefix):
            return Verdict(relation) if relation in Verdict.values else Verdict.UNKNOWN
    if rule.kind == CompanyDomain.Kind.ALIAS:
        return Verdict.ALIAS
    return Verdict.EMPLOYEE
