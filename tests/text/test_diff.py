"""What differs between two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.diff import Kind, Piece, pieces, tokens

MARKS = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
texts = st.text("ab c.!\n$%三人é", max_size=60)


def shown(before, after):
    return "".join(MARKS[piece.kind].format(piece.text) for piece in pieces(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Three died.", "Three died.", "Three died."),
        ("Three people died.", "Twelve people died.", "[-Three -]{+Twelve +}people died."),
        ("It is over.", "It is not over.", "It is {+not +}over."),
        ("It is not over.", "It is over.", "It is [-not -]over."),
        ("“Don't,” he said", "'Don’t', HE said", "'Don’t', HE said"),
        ("It cost $12 million", "It cost €12 million", "It [-cost $-]{+cost €+}12 million"),
        ("up 5% now", "up 5 now", "up [-5% -]{+5 +}now"),
        ("$5", "€5", "[-$5-]{+€5+}"),
        ("他说三人死亡。", "他说十二人死亡。", "他说[-三-]{+十二+}人死亡。"),
        ("", "New.", "{+New.+}"),
        ("Old.", "", "[-Old.-]"),
        ("Old.", "…", "[-Old.-]…"),
        ("", "", ""),
    ],
)
def test_differences(before, after, expected):
    assert shown(before, after) == expected


def test_words_that_are_alike_by_chance_are_taken_for_changed():
    before = "The minister said on the phone that nobody of his own staff was hurt"
    after = "Rescuers pulled eleven men out of the ruins of two flats before dawn"
    kinds = [piece.kind for piece in pieces(before, after)]
    assert kinds == [Kind.REMOVED, Kind.ADDED]


def test_a_sentence_that_moved_is_taken_out_and_put_in_whole():
    one, two = "The bridge fell at noon. ", "Nobody was on it. The mayor resigned. "
    assert pieces(one + two, two + one) == [
        Piece(Kind.REMOVED, one),
        Piece(Kind.SAME, two),
        Piece(Kind.ADDED, one),
    ]


@given(texts, texts)
def test_what_is_same_and_added_is_the_later_text(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind is not Kind.REMOVED) == after
    was = [token.key for token in tokens(before)]
    kept = "".join(piece.text for piece in found if piece.kind is not Kind.ADDED)
    assert len(kept) >= sum(map(len, was))


@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert all(piece.kind is Kind.SAME for piece in pieces(text, text))


@given(texts)
def test_tokens_cover_the_text_without_gaps(text):
    found = tokens(text)
    assert "".join(text[token.start : token.end] for token in found) == (text if found else "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 50_000, "b a c " * 33_000),
        ("ab " * 60_000, "ba ab b a " * 20_000),
        (" ".join(map(str, range(30_000))), " ".join(map(str, range(30_000, 0, -1)))),
    ],
)
def test_hostile_texts_are_compared_within_the_budget(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind is not Kind.REMOVED) == after
