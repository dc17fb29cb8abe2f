import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text.words import words
from scraper.watch import MatchText, compile_query
from scraper.watch.passages import LONGEST_PASSAGE, MOST_PASSAGES
from storage.records import Passage


def passages(query: str, body: str = "", **fields: str) -> tuple[Passage, ...]:
    found = compile_query(query).match(MatchText(body=body, **fields))
    assert found is not None
    return found


def marked(passage: Passage) -> str:
    text, at = "", 0
    for start, end in passage.highlights:
        text += passage.text[at:start] + f"[{passage.text[start:end]}]"
        at = end
    return text + passage.text[at:]


def shown(query: str, body: str = "", **fields: str) -> list[str]:
    return [marked(passage) for passage in passages(query, body, **fields)]


def test_the_sentence_around_a_hit() -> None:
    body = "All was quiet. Two rockets hit Baghdad's airport. Nobody was hurt."
    assert shown("baghdad rockets", body) == ["Two [rockets] hit [Baghdad]'s airport."]


def test_the_title_comes_first_then_the_sentence_with_most_terms() -> None:
    found = passages(
        "rocket baghdad airport",
        "A rocket fell. The airport of Baghdad is shut. A rocket, an airport, and Baghdad.",
        title="Rocket in town",
    )
    assert [passage.field for passage in found] == ["title", "body", "body"]
    assert marked(found[0]) == "[Rocket] in town"
    assert marked(found[1]) == "A [rocket], an [airport], and [Baghdad]."


def test_a_term_not_shown_yet_goes_before_more_of_the_same() -> None:
    found = shown("aa bb cc", "Aa bb. Aa bb! Aa bb? Far off, cc.")
    assert found == ["[Aa] [bb].", "Far off, [cc].", "[Aa] [bb]!"]


def test_never_more_than_the_best_few() -> None:
    assert len(passages("rocket", "A rocket. " * 50)) == MOST_PASSAGES


def test_only_terms_that_contribute_are_shown() -> None:
    assert shown("(aa AND xx) OR bb NOT cc", "Aa here. Bb there.") == ["[Bb] there."]
    assert shown("aa OR NOT (NOT bb OR cc)", "Bb there.") == ["[Bb] there."]
    assert shown("aa NEAR/1 bb", "Aa bb. No more: aa is far from here, not so bb.") == [
        "[Aa] [bb]."
    ]


def test_a_phrase_is_one_highlight_and_so_is_a_compound() -> None:
    assert shown('"rocket attack"', "A rocket attack.") == ["A [rocket attack]."]
    assert shown("airstrike", "An air-strike.") == ["An [air-strike]."]
    assert shown("火箭", "发射火箭弹。") == ["发射[火箭]弹。"]
    assert shown('"rocket attack"~2', "A rocket in the attack.") == ["A [rocket in the attack]."]


def test_what_inflects_or_has_a_shape_is_marked_as_it_stands() -> None:
    assert shown("rocket", "Two rockets.") == ["Two [rockets]."]
    assert shown("case:US", "The US said so to us.") == ["The [US] said so to us."]
    assert shown("Mosul~1 OR /b.*d/", "In Mossul and Baghdad.") == ["In [Mossul] and [Baghdad]."]
    assert shown("ATLEAST/2 rocket", "Rocket upon rocket.") == ["[Rocket] upon [rocket]."]
    assert shown("rocket ONEAR/3 base", "The base: rockets hit a base.") == [
        "The base: [rockets] hit a [base]."
    ]
    assert shown("بغداد", "زيارة لبغداد") == ["زيارة [لبغداد]"]


def test_a_phrase_over_two_sentences_shows_both() -> None:
    assert shown('"in baghdad rockets"', "It was in Baghdad. Rockets fell. Then not.") == [
        "It was [in Baghdad. Rockets] fell."
    ]


def test_the_name_of_the_source_is_no_passage() -> None:
    assert shown("source:arab rocket", "A rocket.", source="New Arab") == ["A [rocket]."]
    assert passages("source:arab", "A rocket.", source="New Arab") == ()


def test_line_breaks_become_spaces_and_offsets_stay() -> None:
    assert shown("rocket", "A\nbig\trocket\nfell.") == ["A big [rocket] fell."]


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("istanbul", "🚀👨‍👩‍👧 I\u0307stanbul’s çok", "🚀👨‍👩‍👧 [I\u0307stanbul]’s çok"),
        ("cafe", "Le cafe\u0301 🚀 ferme", "Le [cafe\u0301] 🚀 ferme"),
        ("بغداد", "وصل وَبِبَغْدَادَ اليوم", "وصل [وَبِبَغْدَادَ] اليوم"),
        ("हमला", "रॉकेट हमला हुआ", "रॉकेट [हमला] हुआ"),
        ("𝐑𝐨𝐜𝐤𝐞𝐭", "𝐀 𝐑𝐨𝐜𝐤𝐞𝐭!", "𝐀 [𝐑𝐨𝐜𝐤𝐞𝐭]!"),
    ],
)
def test_offsets_are_right_in_any_script(query: str, body: str, expected: str) -> None:
    assert shown(query, body) == [expected]


def test_a_long_sentence_is_cut_at_words_around_its_densest_part() -> None:
    filler = "lorem ipsum dolor " * 40
    body = f"A rocket {filler} the rocket hit Baghdad {filler} and Baghdad"
    (passage,) = passages("rocket baghdad", body)
    assert "the rocket hit Baghdad" in passage.text
    assert passage.text.startswith("…")
    assert passage.text.endswith("…")
    assert len(passage.text) <= LONGEST_PASSAGE
    assert len(passage.text) > LONGEST_PASSAGE - 20
    assert set(passage.text.strip("…").split()) <= set(body.split())


def test_a_text_without_spaces_is_cut_between_characters() -> None:
    (passage,) = passages("火箭", "巴" * 500 + "火箭" + "达" * 500)
    assert "[火箭]" in marked(passage)
    assert len(passage.text) <= LONGEST_PASSAGE


def test_a_hit_longer_than_a_passage_is_cut() -> None:
    (passage,) = passages('"aa bb"', "Aa" + " -" * 400 + " bb end")
    assert len(passage.text) <= LONGEST_PASSAGE
    assert passage.highlights == ((0, len(passage.text) - 1),)


_WORDS = st.lists(
    st.sampled_from(
        ["rocket", "Baghdad", "x" * 40, "Rocket.", "🚀", "e\u0301", "火箭", "وبغداد", "\n\n"]
    ),
    max_size=60,
)


@given(_WORDS.map(" ".join), _WORDS.map(" ".join))
def test_passages_keep_their_bounds(title: str, body: str) -> None:
    found = compile_query("rocket OR baghdad OR 火箭 OR بغداد").match(
        MatchText(title=title, body=body)
    )
    for passage in found or ():
        assert len(passage.text) <= LONGEST_PASSAGE
        assert passage.highlights
        end_before = 0
        for start, end in passage.highlights:
            assert end_before <= start < end <= len(passage.text)
            end_before = end
            terms = {word.text for word in words(passage.text[start:end])}
            assert terms <= {"rocket", "baghdad", "火", "箭", "وبغداد"}
