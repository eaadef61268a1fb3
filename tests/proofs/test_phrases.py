"""Phrases and codes: enough bits, and read back however they are typed."""

import math
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from proofs import policy
from proofs.phrases import (
    ALPHABET,
    grouped,
    new_invitation,
    new_phrase,
    read_invitation,
    read_phrase,
)
from proofs.wordlist import WORDS


def test_a_phrase_has_at_least_40_bits_and_a_code_60():
    assert len(set(WORDS)) == len(WORDS)
    assert policy.PHRASE_WORDS * math.log2(len(WORDS)) >= 40
    assert policy.INVITATION_CHARACTERS * math.log2(len(set(ALPHABET))) >= 60


def test_no_slip_of_one_letter_makes_another_word():
    deletions = {}
    for word in WORDS:
        for place in range(len(word) + 1):
            for pattern in (
                word[:place] + "?" + word[place + 1 :],
                word[:place] + "?" + word[place:],
            ):
                deletions.setdefault(pattern, set()).add(word)
    near = [words for words in deletions.values() if len(words) > 1]
    assert near == []


def test_words_are_short_and_plain():
    assert all(word.isascii() and word.isalpha() and word.islower() for word in WORDS)
    assert max(map(len, WORDS)) <= 8


def test_new_ones_do_not_repeat():
    for make in (new_phrase, new_invitation):
        made = [make() for _ in range(500)]
        assert not [pair for pair in combinations(made, 2) if pair[0] == pair[1]]


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    glue=st.sampled_from([" ", "-", ", ", "  ", "\n", ". ", "_"]),
    upper=st.booleans(),
)
def test_a_phrase_is_read_however_it_is_typed(words, glue, upper):
    text = glue.join(words)
    assert read_phrase(f" {text.upper() if upper else text} ") == (" ".join(words), [])


@given(st.text())
def test_any_text_is_a_phrase_of_known_words_or_names_the_others(text):
    phrase, unknown = read_phrase(text)
    assert all(word in WORDS for word in phrase.split() if word not in unknown)


@given(st.text(ALPHABET, min_size=12, max_size=12), st.sampled_from(["", " ", "-", " – "]))
def test_a_code_is_read_however_it_is_typed(code, glue):
    typed = glue.join([code[:4], code[4:8], code[8:]])
    assert read_invitation(typed) == read_invitation(typed.lower()) == code
    assert read_invitation(grouped(code)) == code
    assert read_invitation(code.replace("1", "l").replace("0", "o")) == code


@given(st.text(max_size=40))
def test_what_is_no_code_is_none(text):
    code = read_invitation(text)
    assert code is None or (len(code) == 12 and set(code) <= set(ALPHABET))
