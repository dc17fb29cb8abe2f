"""Two texts side by side: each side is its text, whole, and what is the same stands level."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline.versions import side_by_side
from scraper.text.diff import Kind, pieces

WORD = st.sampled_from(["rocket", "Baghdad", "wounded", "two", "three", "صاروخ", "in"])
TEXT = st.lists(st.lists(WORD, min_size=1, max_size=6).map(" ".join), max_size=6).map("\n\n".join)


def words(side):
    return " ".join("".join(piece.text for piece in each) for each in side).split()


@given(TEXT, TEXT)
def test_each_side_has_all_words_of_its_text(before, after):
    rows = side_by_side(pieces(before, after))
    assert [word for row in rows for word in words(row.before)] == before.split()
    assert [word for row in rows for word in words(row.after)] == after.split()
    for row in rows:
        assert all(piece.kind is not Kind.ADDED for each in row.before for piece in each)
        assert all(piece.kind is not Kind.REMOVED for each in row.after for piece in each)


@given(TEXT)
def test_what_is_the_same_is_not_changed(text):
    assert not any(row.is_changed for row in side_by_side(pieces(text, text)))


def test_an_edit_stands_beside_what_it_took_the_place_of():
    before = "All is calm.\n\nTwo were hurt today.\n\nMore soon."
    after = "All is calm.\n\nThree were hurt today.\n\nMore soon."
    rows = side_by_side(pieces(before, after))
    assert [row.is_changed for row in rows] == [False, True, False]
    assert words(rows[1].before) == ["Two", "were", "hurt", "today."]
    assert words(rows[1].after) == ["Three", "were", "hurt", "today."]
