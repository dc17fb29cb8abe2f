"""`tocsin article diff`, and the earlier texts of an article."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.records import Article, Signature

pytestmark = pytest.mark.usefixtures("settings")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BODIES = (
    "A quiet day.\n\nA rocket hit Baghdad. Three people died.",
    "A quiet day.\n\nA rocket hit Baghdad. Twelve people died.",
    "A quiet day.\n\nA rocket hit Baghdad. Twelve people died.\n\nTwo men were held.",
)


@pytest.fixture
def edited(database):
    """The id of an article with three texts, an hour apart."""
    signature = Signature(exact="x", keys=(), sketch=b"")
    first, *others = (Article(url="u", title="A \x1b[2Jrocket", body=body) for body in BODIES)
    with database.begin() as unit:
        stored = unit.articles.add(
            first,
            keys=["u"],
            source_id=None,
            story_id=None,
            copy_of=None,
            signature=signature,
            now=NOW,
        )
        for hours, article in enumerate(others, 1):
            seen_at = NOW + timedelta(hours=hours)
            unit.articles.revise(stored.id, article, signature=signature, now=seen_at)
    return stored.id


def test_the_last_edit_is_shown(tocsin, edited):
    done = tocsin("article", "diff", edited)
    assert done.code == 0
    assert done.out.endswith("body\n…\n{+Two men were held.+}\n")
    assert "\x1b[2J" not in done.out
    assert "text 2, seen" in done.out


def test_any_two_texts_are_compared(tocsin, edited):
    assert "[-Three-] {+Twelve+} people died." in tocsin("article", "diff", edited, 1, 2).out
    assert "[-Three-] {+Twelve+} people died." in tocsin("article", "diff", edited, 1).out
    assert "[-Twelve-] {+Three+} people died." in tocsin("article", "diff", edited, 3, 1).out
    assert "The words are the same." in tocsin("article", "diff", edited, 2, 2).out


def test_as_json(tocsin, edited):
    shown = tocsin("article", "diff", edited, 1, "--json").json
    assert shown["article_id"] == edited
    assert shown["from"] == {"number": 1, "seen_at": "2026-03-01T12:00:00Z"}
    assert shown["to"] == {"number": 3, "seen_at": "2026-03-01T14:00:00Z"}
    assert [*shown["changes"]] == ["body"]
    pieces = shown["changes"]["body"]
    assert "".join(p["text"] for p in pieces if p["kind"] != "removed") == BODIES[2]
    assert {"kind": "removed", "text": "Three "} in pieces
    assert shown["added"] == [
        {"field": "body", "text": "Twelve people died."},
        {"field": "body", "text": "Two men were held."},
    ]


@pytest.mark.parametrize("numbers", [(4,), (1, 4), (9, 1)])
def test_a_text_that_there_is_not_is_refused(tocsin, edited, numbers):
    done = tocsin("article", "diff", edited, *numbers)
    assert done.code == 2
    assert "has texts 1 to 3" in done.err


def test_an_article_without_edits_is_refused(tocsin, edited, database):
    with database.begin() as unit:
        single = unit.articles.add(
            Article(url="v", body="One text."),
            keys=["v"],
            source_id=None,
            story_id=None,
            copy_of=None,
            signature=Signature(exact="y", keys=(), sketch=b""),
            now=NOW,
        )
    done = tocsin("article", "diff", single.id)
    assert done.code == 2
    assert "never edited" in done.err
    assert tocsin("article", "diff", edited + 99).code == 2


def test_texts_keep_their_numbers_when_earlier_ones_are_pruned(tocsin, edited, database):
    database.prune(NOW + timedelta(minutes=30))
    assert "{+Two men" in tocsin("article", "diff", edited, 2, 3).out
    assert "has texts 2 to 3" in tocsin("article", "diff", edited, 1).err


def test_earlier_texts_are_shown_with_their_numbers(tocsin, edited):
    shown = tocsin("article", "show", edited, "--revisions").out
    assert shown.index("--- text 1, seen") < shown.index("--- text 2, seen")
    assert "Three people died." in shown
