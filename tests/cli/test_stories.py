"""`tocsin story` and `tocsin article why`."""

import pytest

from storage.database import Database
from tests.pipeline.reports import Desk, reports, warmed

pytestmark = pytest.mark.usefixtures("settings")


@pytest.fixture
def ids(database: Database) -> tuple[int, int, int, int]:
    """A report, another one of the same event, a copy of the first; and something else."""
    desk = Desk(database)
    warmed(desk)
    first, second = (desk.admit(text).article for text in reports(2))
    copy = desk.admit(" ".join(reports(1)[0].split()[:100])).article
    other = desk.admit("Of something else nobody has ever heard a word before today").article
    assert first.story_id == second.story_id == copy.story_id != other.story_id
    return first.id, second.id, copy.id, other.id


def story_of(tocsin, article_id: int) -> int:
    return tocsin("article", "show", article_id, "--json").json["story_id"]


def test_a_story_shows_what_put_its_articles_there(tocsin, ids):
    first, second, copy, _ = ids
    story = story_of(tocsin, first)
    shown = tocsin("story", "show", story, "--json").json
    kinds = {each["id"]: each["decision"]["kind"] for each in shown["articles"]}
    assert kinds == {first: "lead", second: "event", copy: "copy"}
    out = tocsin("story", "show", story).out
    assert "leader" in out
    assert f"same event as {first}" in out
    assert f"copy of {first}" in out
    assert "%" in out


def test_why_tells_words_and_passages(tocsin, ids):
    first, second, copy, other = ids
    told = tocsin("article", "why", second, "--json").json
    assert (told["compared_with"], told["decision"]["kind"]) == (first, "event")
    assert told["words"][0]["weight"] > 0
    copied = tocsin("article", "why", copy).out
    assert "it has the text of another article" in copied
    assert "the same in both:" in copied
    assert "100 % of this one" in copied
    assert "it was like nothing before it" in tocsin("article", "why", other).out
    assert tocsin("article", "why", 9999).code == 2


def test_stories_are_joined_and_parted_by_hand(tocsin, ids):
    first, second, _, other = ids
    story, odd = story_of(tocsin, first), story_of(tocsin, other)
    joined = tocsin("story", "join", story, odd, "--json").json
    assert (joined["story"]["id"], joined["articles"], joined["rang"]) == (story, [other], [])
    assert tocsin("story", "show", odd, "--json").json["id"] == story
    assert "put by hand" in tocsin("story", "show", story).out
    assert "a person said so" in tocsin("article", "why", other).out
    parted = tocsin("story", "part", second)
    assert parted.code == 0
    assert "rang: ferry" in parted.out
    assert story_of(tocsin, second) != story
    assert odd not in [each["id"] for each in tocsin("story", "list", "--json").json]


def test_what_makes_no_sense_is_refused(tocsin, ids):
    story = story_of(tocsin, ids[0])
    for arguments in (
        ("join", story, story),
        ("join", story, 999),
        ("part", 999),
        ("part", ids[3]),
    ):
        done = tocsin("story", *arguments)
        assert done.code == 2, arguments
        assert done.err
