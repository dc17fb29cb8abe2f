"""Signatures: what is kept of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe import sign
from scraper.dedupe.shingles import shingle
from scraper.dedupe.signing import KEYS
from scraper.dedupe.sketch import CAPACITY, unpack
from scraper.text.words import texts
from tests.dedupe import wire

MANY_WORDS = [f"word{number}" for number in range(6000)]


def test_a_signature_is_small_and_its_keys_fit_six_bytes():
    signature = sign(wire.HEADLINE, wire.WIRE, "en")
    assert len(signature.keys) == KEYS
    assert len(set(signature.keys)) == len(signature.keys)
    assert all(-(2**47) <= key < 2**47 for key in signature.keys)
    assert min(signature.keys) < 0  # the whole range is used
    assert len(signature.sketch) < 2000
    assert len(signature.exact) == 32


def test_a_signature_never_changes_from_one_version_to_the_next():
    # It is stored: another value for the same text would part it from its copies.
    signature = sign("Storm", "one two three four five six seven eight nine ten 11", "en")
    assert signature.exact == "8c57df73e23df9d54390ab66d2ec96c2"
    assert signature.keys[:2] == (-8235123154051584123 >> 16, -6505728983559107540 >> 16)
    assert signature.sketch.hex() == (
        "01000100"  # version, halvings, figures
        "77155ad6"  # 11
        "0539300d4eeb0c21fec105a5d8ecf8dcd7d26b48a315808ced6abc6ba46b4fbbfc189a7160ad9d3c"
    )


@pytest.mark.parametrize("times", [1, 12])
def test_keys_are_the_smallest_of_all_runs_repeats_left_out(times):
    body = " ".join([wire.WIRE] * times)
    runs = shingle(texts("Rocket")).quads + shingle(texts(body)).quads
    assert sign("Rocket", body).keys == tuple(run >> 16 for run in sorted({*runs})[:KEYS])


@pytest.mark.parametrize("body", ["", "   \n", "Watch the video here.", "!!! ???", "ha " * 500])
def test_a_text_without_a_body_worth_the_name_has_no_keys(body):
    signature = sign("A headline long enough to be compared with other headlines of today", body)
    assert signature.keys == ()
    assert unpack(signature.sketch).pairs == ()


def test_case_accents_and_typography_change_nothing():
    plain = sign(
        "Naive resume", "It's the \"cafe\" - she said - that won't open before 13,000 came"
    )
    fine = sign("NAÏVE RÉSUMÉ", "It’s the “café” — she said – that won’t open before 13.000 came")
    assert fine == plain


def test_the_exact_digest_parts_title_and_body_and_sees_the_end_of_a_very_long_text():
    long = "word " * 60_000
    digests = {
        sign(None, "one two three").exact,
        sign("one", "two three").exact,
        sign("one two", "three").exact,
        sign(None, long + "end").exact,
        sign(None, long + "finish").exact,
    }
    assert len(digests) == 5


def test_of_a_long_text_a_sample_is_kept_that_fits():
    sketch = unpack(sign(None, " ".join(MANY_WORDS)).sketch)
    assert CAPACITY / 3 < len(sketch.pairs) <= CAPACITY
    assert sketch.halvings == 3
    assert set(sketch.thinned(3)) == sketch.members
    assert set(sketch.thinned(4)) < sketch.members


def test_a_sample_is_the_same_part_of_the_text_whatever_else_is_in_it():
    half = unpack(sign(None, " ".join(MANY_WORDS[:3000])).sketch)
    whole = unpack(sign(None, " ".join(MANY_WORDS)).sketch)
    thinned = half.thinned(whole.halvings)
    assert len(thinned) > 100
    assert [pair for pair in thinned if pair in whole.members] == thinned


def test_a_truncated_text_shares_keys_in_proportion():
    whole = set(sign(None, wire.WIRE).keys)
    half = set(sign(None, wire.WIRE[: len(wire.WIRE) // 2]).keys)
    assert len(whole & half) >= 0.3 * len(whole)


@given(st.text(), st.text(max_size=3000))
def test_any_text_can_be_signed(title, body):
    signature = sign(title, body)
    assert len(signature.keys) <= KEYS
    assert unpack(signature.sketch).pairs or not signature.keys


def test_half_a_surrogate_pair_can_be_signed():
    assert sign("\ud800", wire.WIRE + "\ud83d").keys
