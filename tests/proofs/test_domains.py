"""A work address, read by the company's rules (domain.md 7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.domains import read_work_address
from proofs.errors import ProofRefused
from proofs.verdicts import Verdict
from register.models import CompanyDomain

KIND = CompanyDomain.Kind
RULES = [
    CompanyDomain(domain="amazon.com", kind=KIND.STAFF),
    CompanyDomain(domain="aws.amazon.com", kind=KIND.STAFF),
    CompanyDomain(domain="microsoft.com", prefixes={"v-": "contingent", "b-": "unknown"}),
    CompanyDomain(domain="ibm.com", subdomains=True),
    CompanyDomain(domain="google.com", strip_dots=True),
    CompanyDomain(domain="github.com", kind=KIND.ALIAS),
    CompanyDomain(domain="gmail.com", kind=KIND.CUSTOMER),
]


def refused(address, rules=RULES):
    with pytest.raises(ProofRefused) as refusal:
        read_work_address(address, rules)
    assert str(refusal.value.words)
    return refusal.value.code


@pytest.mark.parametrize(
    ("typed", "mailbox", "verdict"),
    [
        ("asha.rao@amazon.com", "asha.rao@amazon.com", Verdict.EMPLOYEE),
        (" Asha.Rao@AMAZON.COM ", "asha.rao@amazon.com", Verdict.EMPLOYEE),
        ("asha.rao+x@amazon.com", "asha.rao@amazon.com", Verdict.EMPLOYEE),
        ("asha@aws.amazon.com", "asha@aws.amazon.com", Verdict.EMPLOYEE),
        ("v-asha@microsoft.com", "v-asha@microsoft.com", Verdict.CONTINGENT),
        ("V-Asha@Microsoft.com", "v-asha@microsoft.com", Verdict.CONTINGENT),
        ("b-asha@microsoft.com", "b-asha@microsoft.com", Verdict.UNKNOWN),
        ("vasha@microsoft.com", "vasha@microsoft.com", Verdict.EMPLOYEE),
        ("asha@us.ibm.com", "asha@us.ibm.com", Verdict.EMPLOYEE),
        ("asha@linux.vnet.ibm.com", "asha@linux.vnet.ibm.com", Verdict.EMPLOYEE),
        ("a.sha@google.com", "asha@google.com", Verdict.EMPLOYEE),
        ("asha@github.com", "asha@github.com", Verdict.ALIAS),
        ("o'neil@amazon.com", "o'neil@amazon.com", Verdict.EMPLOYEE),
    ],
)
def test_an_address_shows_what_the_rules_say(typed, mailbox, verdict):
    reading = read_work_address(typed, RULES)

    assert (reading.mailbox, reading.verdict) == (mailbox, verdict)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("asha@amazon.com.evil.example", "not-listed"),
        ("asha@notamazon.com", "not-listed"),
        ("asha@sub.amazon.com", "not-listed"),
        ("asha@com", "malformed"),
        ("asha@evilibm.com", "not-listed"),
        ("evil.example?@amazon.com", "malformed"),
        ("evil.example?x=@amazon.com", "malformed"),
        ("asha@evil.example@amazon.com", "malformed"),
        ("asha@аmazon.com", "look-alike"),
        ("аsha@amazon.com", "look-alike"),
        ("asha@xn--mazon-3ve.com", "look-alike"),
        ("asha@amazon。com", "look-alike"),
        ("asha@gmail.com", "customer-mail"),
        ("info@amazon.com", "role-address"),
        ("Press@amazon.com", "role-address"),
        ("no-reply@amazon.com", "role-address"),
        ("legal+x@amazon.com", "role-address"),
        ("press-office@amazon.com", "role-address"),
        ("team.uk@amazon.com", "role-address"),
        ("", "malformed"),
        ("asha", "malformed"),
        ("asha@amazon..com", "malformed"),
        ("asha@amazon.com.", "malformed"),
        ("as..ha@amazon.com", "malformed"),
        ("asha@amazon.com\r\nBcc: x@evil.example", "malformed"),
        ("asha@amazon.com\x00", "malformed"),
        ("x" * 260 + "@amazon.com", "malformed"),
    ],
)
def test_everything_else_is_refused_with_its_reason(typed, code):
    assert refused(typed) == code


def test_a_company_without_domains_says_so():
    assert refused("asha@amazon.com", []) == "no-domains"
    assert refused("asha@gmail.com", [RULES[-1]]) == "no-domains"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for typed in (text, f"{text}@amazon.com", f"asha@{text}"):
        try:
            reading = read_work_address(typed, RULES)
        except ProofRefused:
            continue
        domain = reading.mailbox.rpartition("@")[2]
        assert domain in {rule.domain for rule in RULES} or domain.endswith(".ibm.com")


@given(
    st.sampled_from([rule.domain for rule in RULES]),
    st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True),
)
def test_a_domain_with_anything_before_or_behind_is_another(domain, noise):
    for other in (f"{noise}{domain}", f"{domain}{noise}", f"{domain}.{noise}"):
        if not other.endswith(".ibm.com") and other not in {rule.domain for rule in RULES}:
            assert refused(f"asha@{other}") in ("not-listed", "malformed", "look-alike")
