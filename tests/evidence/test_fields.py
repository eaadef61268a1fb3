"""Numbers and pairs as people type them: what is read, and that nothing else passes."""

import math

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from evidence.fields import NUMBERS_MAX, Numbers, Pairs

ANY = Numbers(low=-1e12, high=1e12)
WHOLE = Numbers(low=1, high=1000, whole=True)
PAIRS = Pairs(sign="=", example="a = b")
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)
WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


@given(st.lists(NUMBERS, unique=True, max_size=NUMBERS_MAX), st.sampled_from([" ", ", ", "\t"]))
def test_what_is_written_with_points_and_blanks_is_read_as_it_is(numbers, between):
    text = between.join(map(repr, numbers))

    if len(text) <= ANY.max_length:
        assert ANY.clean(text) == numbers


@given(st.text(max_size=60))
def test_any_text_is_finite_numbers_within_the_limits_or_refused(text):
    for field in (ANY, WHOLE):
        try:
            numbers = field.clean(text)
        except forms.ValidationError:
            continue
        low, high = (one.limit_value for one in field.of_each)
        assert all(math.isfinite(one) and low <= one <= high for one in numbers)
        assert len(set(numbers)) == len(numbers) <= NUMBERS_MAX


@given(st.integers(0, 9), st.integers(0, 10**6))
def test_a_comma_inside_a_number_is_refused_and_never_guessed(whole, part):
    with pytest.raises(forms.ValidationError, match="with a point"):
        ANY.clean(f"{whole},{part}")


@given(st.lists(st.tuples(WORDS, WORDS), max_size=20), st.sampled_from(["=", " = ", "  ="]))
def test_pairs_are_read_line_by_line(pairs, sign):
    text = "\r\n".join(sign.join(pair) for pair in pairs) + "\n\n"

    assert PAIRS.clean(text) == pairs


@given(st.text(max_size=200))
def test_any_text_is_pairs_of_words_or_refused(text):
    try:
        pairs = PAIRS.clean(text)
    except forms.ValidationError:
        return
    assert all(first and second for first, second in pairs)


@pytest.mark.parametrize("text", ["9" * 400, " ".join(map(str, range(NUMBERS_MAX + 1)))])
def test_too_much_is_refused(text):
    with pytest.raises(forms.ValidationError):
        WHOLE.clean(text)
