"""The tree against RFC 6962's reference data and an independent naive reading of the RFC."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transparency.merkle import note, tree
from transparency.merkle.checkpoint import CheckpointBody
from transparency.merkle.note import Signer, Verifier

# The reference leaves and roots of the Certificate Transparency project (RFC 6962 test data).
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = range(1, 131)


def naive_root(entries):
    """MTH of RFC 6962, 2.1, read off the page."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def entries(size):
    return [f"entry {number}".encode() for number in range(size)]


def subtree(size):
    return tree.from_leaves([tree.leaf_hash(entry) for entry in entries(size)])


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_roots(size):
    hashes = tree.from_leaves([tree.leaf_hash(leaf) for leaf in LEAVES])

    assert tree.root(hashes, size).hex() == ROOTS[size - 1]


def test_the_empty_root():
    assert tree.root(subtree(1), 0) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_holds_and_no_other_leaf_fits(size):
    root = naive_root(entries(size))
    for index in range(size):
        path = tree.inclusion_proof(subtree(size), index, size)
        leaf = tree.leaf_hash(entries(size)[index])
        given = {"index": index, "size": size, "path": path, "root_hash": root}
        assert tree.verify_inclusion(leaf=leaf, **given)
        assert not tree.verify_inclusion(leaf=tree.leaf_hash(b"other"), **given)
        assert not tree.verify_inclusion(leaf=leaf, **given | {"path": [*path, root]})
        if size > 1:
            wrong = given | {"index": (index + 1) % size}
            assert not tree.verify_inclusion(leaf=leaf, **wrong)


@pytest.mark.parametrize("new", SIZES)
def test_every_consistency_proof_holds_and_no_other_root_fits(new):
    new_root = naive_root(entries(new))
    for old in range(1, new + 1):
        given = {
            "old": old, "new": new, "old_root": naive_root(entries(old)), "new_root": new_root,
            "path": tree.consistency_proof(subtree(new), old, new),
        }  # fmt: skip
        assert tree.verify_consistency(**given)
        assert not tree.verify_consistency(**given | {"old_root": bytes(32)})
        assert not tree.verify_consistency(**given | {"path": [*given["path"], bytes(32)]})


def test_what_a_careless_verifier_accepts_is_refused():
    root, other = naive_root(entries(4)), naive_root(entries(3))
    same = {"old": 4, "new": 4, "path": []}

    assert not tree.verify_consistency(
        old=0, new=4, old_root=tree.EMPTY_ROOT, new_root=root, path=[]
    )
    assert not tree.verify_consistency(**same, old_root=b"", new_root=b"")
    assert not tree.verify_consistency(**same, old_root=other, new_root=root)
    assert tree.verify_consistency(**same, old_root=root, new_root=root)
    assert not tree.verify_inclusion(leaf=root, index=4, size=4, path=[], root_hash=root)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_proof(subtree(4), index, size)


# The example of the C2SP signed-note specification.
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_example_of_the_specification_verifies():
    verifier = Verifier.parse(EXAMPLE_KEY)

    assert str(verifier) == EXAMPLE_KEY
    assert note.verify(EXAMPLE_NOTE, verifier) is not None
    assert note.verify(EXAMPLE_NOTE.replace("answer", "cause"), verifier) is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60))
def test_a_signed_note_verifies_with_its_key_only(text):
    signer, other = Signer("log.example", bytes(32)), Signer("log.example", b"1" * 32)
    signed = signer.sign(text + "\n")

    assert note.verify(signed, signer.verifier) == text + "\n"
    assert note.verify(signed, other.verifier) is None


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n"])
def test_a_malformed_checkpoint_is_refused(text):
    with pytest.raises(ValueError, match=r"checkpoint|base64|padding|size"):
        CheckpointBody.parse(text)


def test_a_checkpoint_survives_its_text():
    body = CheckpointBody("log.example", 130, naive_root(entries(130)))

    assert CheckpointBody.parse(str(body)) == body
