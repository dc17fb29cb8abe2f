from hypothesis import given
from hypothesis import strategies as st

from scraper.text.words import words
from scraper.watch import MatchText
from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import FIELDS

PROSE = st.lists(
    st.sampled_from(
        ["Rockets", "U.S.", "Sana'a-based", "l'Irak", "13\u00a0000", "3,5", "ﺑﻐﺪﺍﺩ", "صه\u200cيون",
         "Bagh\u00addad", "火箭弹", "F-16战机", "हमला", "กรุงเทพฯ", "İstanbul", "ΟΔΟΣ", "STRAẞE",
         "it’s", "\u200b", "a\u200bb", "“x”", "—", "&amp;", "&#1041;", "＆", "ｆｕｌｌ", "📰",
         "1'000'000"]
    )
    | st.text(max_size=4),
    max_size=12,
).flatmap(
    lambda parts: st.lists(
        st.sampled_from([" ", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u2028", ""]),
        min_size=len(parts), max_size=len(parts),
    ).map(lambda gaps: "".join(part + gap for part, gap in zip(parts, gaps, strict=True)))
)  # fmt: skip


@given(PROSE, PROSE)
def test_a_text_read_piece_by_piece_has_the_words_that_it_has_as_a_whole(
    title: str, body: str
) -> None:
    text = IndexedText(MatchText(title=title, body=body, authors=("A. Smith", "B")))
    for position, word in enumerate(text.layout.words):
        if word:
            paragraph = text.paragraph(position)
            assert position in paragraph
            start, end = paragraph.place(position)
            written = text.original.value(paragraph.field)[start:end]
            assert [each.text for each in words(written)] == [word]
            assert written == text.written(position)
    for field in FIELDS:
        start, end = text.layout.fields[field]
        laid_out = [word for word in text.layout.words[start:end] if word]
        assert laid_out == [word.text for word in words(text.original.value(field))]
        spelled = text.spellings(field)[0]
        assert set(laid_out) <= spelled
    assert text.exact >= set(text.layout.words[slice(*text.layout.bounds(None))]) - {""}


def test_entities_are_the_characters_that_they_stand_for() -> None:
    text = IndexedText(MatchText(body="Bagh&shy;dad &amp; &#1041;агдад &copyright &unknown; &lt;"))
    assert text.original.body == "Bagh\u00addad & Багдад &copyright &unknown; <"
    assert {"baghdad", "багдад", "copyright"} <= text.exact


def test_no_phrase_runs_from_one_author_to_the_next() -> None:
    text = IndexedText(MatchText(authors=("Ada Smith", "Ben Jones")))
    assert text.spans("smith", "author")[0][1] + 1 < text.spans("ben", "author")[0][0]


def test_the_language_is_guessed_where_none_is_said() -> None:
    body = "Die Raketen trafen den Flughafen, und die Regierung hat sich nicht dazu geäußert."
    assert IndexedText(MatchText(body=body)).language == "de"
    assert IndexedText(MatchText(body=body, language="en-GB")).language == "en"


def test_languages_of_which_nothing_is_known_share_what_is_kept_of_words() -> None:
    made_up = {id(IndexedText(MatchText(language=f"q{number}")).reader) for number in range(99)}
    assert len(made_up) == 1
    known = [IndexedText(MatchText(language=code)).reader for code in ("en", "ku", "ps", "th")]
    assert len({*map(id, known)} | made_up) == 5
