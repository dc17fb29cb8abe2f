"""What is kept of the texts that were read: the same as read anew, and never too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.watch import reading
from scraper.watch.reading import Reader, reader_of

PIECES = st.text("aAbéж(.)'\u2019-,1", min_size=1, max_size=5)


@given(st.lists(PIECES, max_size=40))
def test_what_is_kept_is_what_would_be_read(pieces):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_MOST_KEPT", 8)
        reader = Reader("en")
        for piece in pieces:
            assert reader[piece] == Reader("en")[piece]
            assert reader.kept <= 8
            assert reader.keys_of_word.kept <= 8


def test_what_comes_again_and_again_is_read_once(monkeypatch):
    monkeypatch.setattr(reading, "_MOST_KEPT", 100)
    reader, read = Reader("en"), []
    original = Reader.work_out
    monkeypatch.setattr(
        Reader, "work_out", lambda self, piece: read.append(piece) or original(self, piece)
    )
    for number in range(1_000):
        assert reader["rocket"].words == ("rocket",)
        assert reader[f"word{number}"].words == (f"word{number}",)
    assert read.count("rocket") == 1


def test_all_languages_together_have_a_bound(monkeypatch):
    monkeypatch.setattr(reading, "_readers", {})
    monkeypatch.setattr(reading, "_MOST_KEPT", 1_600)
    monkeypatch.setattr(reading, "_MOST_KEPT_OF_ALL", 2_500)
    monkeypatch.setattr(reading, "_LOOK_EVERY", 10)
    for language in ("en", "de", "ru", "fr"):
        reader = reader_of(language)
        for number in range(3_000):
            assert reader[f"(word{number})"].words == (f"word{number}",)
        assert sum(each.kept for each in reading._readers.values()) <= 2_500 + 2 * 10
