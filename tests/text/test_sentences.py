from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("“Stop.” He left.", ["“Stop.”", "He left."]),
        ("He paid 3.5 million. U.S.-led.", ["He paid 3.5 million.", "U.S.-led."]),
        (
            "Gen. Smith met Mr. Jones of the U.S. Army.",
            ["Gen. Smith met Mr. Jones of the U.S. Army."],
        ),
        ("J. R. Smith spoke. It rained.", ["J. R. Smith spoke.", "It rained."]),
        ("At 5 p.m. rockets fell.", ["At 5 p.m. rockets fell."]),
        ("Well... he said.", ["Well... he said."]),
        ("Am 3. Oktober fiel Regen. Danach nicht.", ["Am 3. Oktober fiel Regen.", "Danach nicht."]),
        ("A heading\n\nA text\ngoes on.", ["A heading", "A text\ngoes on."]),
        ("火箭袭击。巴格达！真的？", ["火箭袭击。", "巴格达！", "真的？"]),
        ("「止まれ。」彼は去った。", ["「止まれ。」", "彼は去った。"]),
        ("ماذا حدث؟ لا شيء. انتهى", ["ماذا حدث؟", "لا شيء.", "انتهى"]),
        ("हमला हुआ। जांच जारी।", ["हमला हुआ।", "जांच जारी।"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize("text", ["." * 200_000, ".'" * 100_000, ". " * 100_000, "a." * 100_000])
def test_a_heap_of_stops_takes_no_more_than_its_length(text: str) -> None:
    assert len(sentences(text)) <= len(text)


@given(st.text(st.sampled_from('aB1 .!?\n"”。؟') | st.characters(), max_size=60))
def test_sentences_hold_all_but_white_space(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[start:end] for start, end in found).split()) == "".join(
        text.split()
    )
    for (_, end), (start, _) in pairwise(found):
        assert end <= start
