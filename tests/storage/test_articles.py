from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from storage.copy_keys import PER_KEY
from storage.database import Database
from storage.errors import ConflictError, DatabaseDamaged
from storage.records import Article, ArticleKind, Story
from storage.tables import metadata
from tests.storage.making import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    add_article,
    add_source,
    signature,
)

FULL = Article(
    url="https://news.example/a?b=c",
    canonical_url="https://news.example/a",
    title="Rocket hits Baghdad — ‘nobody hurt’",
    standfirst="What is known",
    authors=("Ümit Ö.", "A. Writer"),
    published_at=NOW - HOUR,
    modified_at=NOW - MINUTE,
    body="First paragraph.\n\nSecond 💥.",
    language="en",
    section="World",
    tags=("Iraq", "rocket"),
    image_url="https://news.example/a.jpg",
    image_caption="A street",
    site_name="News",
    publisher="News Ltd",
    paywalled=False,
    word_count=4,
    kind=ArticleKind.LIVE_BLOG,
)


def test_an_article_comes_back_as_it_was_given(database: Database):
    assert all(getattr(FULL, field.name) not in {None, "", ()} for field in fields(Article))
    with database.begin() as unit:
        source = add_source(unit)
        stored = unit.articles.add(
            FULL,
            keys=["a", "b"],
            source_id=source.id,
            story_id=None,
            copy_of=None,
            signature=signature(1),
            now=NOW,
        )
    assert stored.article == FULL
    assert (stored.source_id, stored.copy_of, stored.first_seen_at) == (source.id, None, NOW)
    assert (stored.revised_at, stored.revisions) == (None, 0)
    with database.read() as unit:
        assert unit.articles.get(stored.id) == stored
        assert unit.articles.get(12345) is None


def test_what_is_unknown_stays_unknown(database: Database):
    bare = Article(url="https://news.example/b")
    with database.begin() as unit:
        assert add_article(unit, title=None, url=bare.url).article == bare


def test_an_article_is_found_by_any_of_its_links(database: Database):
    with database.begin() as unit:
        first = add_article(unit, "first", keys=["a", "b"])
        second = add_article(unit, "second", keys=["c"])
        assert unit.articles.find(["x", "b"]) == first
        assert unit.articles.find(["c", "a"]) == first  # the first stored of several
        assert unit.articles.find(["c"]) == second
        assert unit.articles.find(["x"]) is None
        assert unit.articles.find([]) is None
        assert unit.articles.add_keys(second.id, ["a", "d", "d"]) == 1
        assert unit.articles.find(["d"]) == second
        assert unit.articles.find(["a"]) == first
        assert unit.articles.add_keys(second.id, []) == 0


def test_a_link_that_another_article_has_is_a_conflict_and_leaves_nothing(database: Database):
    with database.begin() as unit:
        add_article(unit, "first", keys=["a"])
    with pytest.raises(ConflictError), database.begin() as unit:
        add_article(unit, "second", keys=["b", "a"])
    with database.read() as unit:
        assert unit.articles.find(["b"]) is None
        assert len(unit.articles.list()) == len(unit.stories.list()) == 1


def test_a_new_article_leads_a_new_story_and_others_join_it(database: Database):
    with database.begin() as unit:
        leader = add_article(unit, "leader")
        copy = add_article(
            unit, "copy", story_id=leader.story_id, copy_of=leader.id, now=NOW + HOUR
        )
        story = unit.stories.get(leader.story_id)
        assert story == Story(
            id=leader.story_id,
            leader_id=leader.id,
            title="Title of leader",
            article_count=2,
            created_at=NOW,
            updated_at=NOW + HOUR,
        )
        assert copy.copy_of == leader.id
        assert unit.stories.articles(story.id) == [leader, copy]
        assert unit.articles.list(story_id=story.id) == [copy, leader]
        assert unit.stories.get(12345) is None


def test_stories_are_listed_by_their_last_touch(database: Database):
    with database.begin() as unit:
        ids = [add_article(unit, str(n), now=NOW + n * HOUR).story_id for n in range(3)]
        add_article(unit, "copy", story_id=ids[0], now=NOW + DAY)
        listed = unit.stories.list(2)
        assert [story.id for story in listed] == [ids[0], ids[2]]
        rest = unit.stories.list(2, before=(listed[-1].updated_at, listed[-1].id))
        assert [story.id for story in rest] == [ids[1]]


def test_articles_are_listed_in_pages_the_last_first(database: Database):
    with database.begin() as unit:
        wire = add_source(unit, "wire")
        for number in range(5):
            add_article(
                unit,
                str(number),
                source_id=wire.id if number % 2 else None,
                language="en" if number < 3 else "ar",
            )
        page = unit.articles.list(3)
        assert [stored.id for stored in page] == [5, 4, 3]
        assert [stored.id for stored in unit.articles.list(3, before=3)] == [2, 1]
        assert [stored.id for stored in unit.articles.list(source="wire")] == [4, 2]
        assert [stored.id for stored in unit.articles.list(language="ar", source="wire")] == [4]
        assert unit.articles.list(source="no such") == []


def test_a_later_text_makes_the_former_one_a_revision(database: Database):
    with database.begin() as unit:
        first = add_article(unit, "a", title="Old", body="Old text", signed=signature(1, 2))
        for number, (title, body) in enumerate([("New", "New text"), ("Newest", "Newest text")], 1):
            revised = unit.articles.revise(
                first.id,
                Article(url="https://news.example/a", title=title, body=body),
                signature=signature(2 + number),
                now=NOW + number * HOUR,
            )
        assert (revised.article.title, revised.revisions) == ("Newest", 2)
        assert (revised.first_seen_at, revised.revised_at) == (NOW, NOW + 2 * HOUR)
        assert unit.articles.get(first.id) == revised
        earlier = unit.articles.revisions(first.id)
        assert [(text.title, text.body, text.seen_at) for text in earlier] == [
            ("Old", "Old text", NOW),
            ("New", "New text", NOW + HOUR),
        ]
        story = unit.stories.get(first.story_id)
        assert story is not None
        assert (story.title, story.article_count, story.updated_at) == (
            "Newest",
            1,
            NOW + 2 * HOUR,
        )


BODIES = ("", "a", "Old text", "Old text, and more of it.", "\U0001f680 باغداد", "Old text")


def test_earlier_texts_are_read_from_the_present_one_backwards(database: Database):
    article = Article(url="https://news.example/a")
    with database.begin() as unit:
        first = add_article(unit, "a", body=BODIES[0])
        for number, body in enumerate(BODIES[1:], 1):
            edited = replace(article, body=body)
            unit.articles.revise(first.id, edited, signature=signature(number), now=NOW)
        assert [text.body for text in unit.articles.revisions(first.id)] == [*BODIES[:-1]]
        (texts,) = unit.keys.texts([first.id])
        assert [text.body for text in texts.earlier] == [*BODIES[:-1]]


def test_a_repair_leaves_the_earlier_texts_readable(database: Database):
    article = Article(url="https://news.example/a", title="Title")
    with database.begin() as unit:
        first = add_article(unit, "a", title="Title", body="First text")
        for number, body in enumerate(("Second text", "Menu Third text")):
            edited = replace(article, body=body)
            stored = unit.articles.revise(first.id, edited, signature=signature(number), now=NOW)
        for body in ("Third text", "", "The third text"):
            better = replace(article, body=body)
            stored = unit.articles.repair(
                first.id, better, was=stored.article, signature=signature(9)
            )
            assert stored is not None
            earlier = unit.articles.revisions(first.id)
            assert [text.body for text in earlier] == ["First text", "Second text"]


def test_texts_from_before_there_were_deltas_stay_whole(database: Database):
    with database.begin() as unit:
        first = add_article(unit, "a", body="Third text")
        for body in ("First text", "Second text"):
            row = {"article_id": first.id, "body": body, "seen_at": NOW}
            unit.connection.execute(metadata.tables["revisions"].insert().values(row))
        edited = Article(url="https://news.example/a", body="Fourth text")
        unit.articles.revise(first.id, edited, signature=signature(1), now=NOW)
        assert [text.body for text in unit.articles.revisions(first.id)] == [
            "First text",
            "Second text",
            "Third text",
        ]


def test_a_damaged_earlier_text_is_said_so(database: Database):
    with database.begin() as unit:
        first = add_article(unit, "a", body="First text")
        edited = Article(url="https://news.example/a", body="Second text")
        unit.articles.revise(first.id, edited, signature=signature(1), now=NOW)
        unit.connection.execute(metadata.tables["revisions"].update().values(delta=b"\x00\x01"))
        with pytest.raises(DatabaseDamaged, match="db check"):
            unit.articles.revisions(first.id)


def test_what_edits_take_is_their_size_not_that_of_the_text(database: Database):
    posts = [f"Post {number} of {number * 7919 % 997} words." * 9 for number in range(60)]
    with database.begin() as unit:
        first = add_article(unit, "a", body=posts[0])
        for number in range(1, len(posts)):
            body = "\n\n".join(reversed(posts[: number + 1]))
            edited = Article(url="https://news.example/a", body=body)
            unit.articles.revise(first.id, edited, signature=signature(number), now=NOW)
        kept = unit.connection.scalar(
            sa.text("SELECT sum(length(delta) + length(body)) FROM revisions")
        )
        whole = sum(len(text.body) for text in unit.articles.revisions(first.id))
        assert kept < whole / 100


def test_a_revised_article_is_a_candidate_by_its_present_text_only(database: Database):
    with database.begin() as unit:
        article = add_article(unit, "a", signed=signature(1, 2))
        now = signature(2, 3)
        unit.articles.revise(article.id, article.article, signature=now, now=NOW + HOUR)
        since = NOW - DAY
        assert unit.articles.candidates(signature(1), since=since, limit=5) == []
        (found,) = unit.articles.candidates(signature(3), since=since, limit=5)
        assert found.signature == now
        assert unit.articles.signature(article.id) == now
        assert unit.articles.signed(article.id) == found


def test_candidates_share_keys_and_those_that_share_most_come_first(database: Database):
    with database.begin() as unit:
        one = add_article(unit, "one", signed=signature(1, 7))
        add_article(unit, "none", signed=signature(8, 9))
        three = add_article(
            unit, "three", signed=signature(1, 2, 3), story_id=one.story_id, copy_of=one.id
        )
        two = add_article(unit, "two", signed=signature(2, 3, -(2**63)))
        also = add_article(unit, "also", signed=signature(1, 2**63 - 1))
        asked = signature(1, 2, 3, 4)
        found = unit.articles.candidates(asked, since=NOW, limit=10)
        assert [c.article_id for c in found] == [three.id, two.id, one.id, also.id]
        assert (found[0].story_id, found[0].copy_of) == (one.story_id, one.id)
        assert found[0].signature == signature(1, 2, 3)
        assert found[0].first_seen_at == NOW
        best = unit.articles.candidates(asked, since=NOW, limit=2)
        assert [c.article_id for c in best] == [three.id, two.id]


def test_the_same_text_is_found_even_without_keys(database: Database):
    with database.begin() as unit:
        short = add_article(unit, "short", signed=signature(exact="breaking"))
        like = add_article(unit, "like", signed=signature(1, 2, exact="other"))
        found = unit.articles.candidates(signature(1, 2, exact="breaking"), since=NOW, limit=5)
        assert [c.article_id for c in found] == [short.id, like.id]


def test_older_articles_are_no_candidates(database: Database):
    with database.begin() as unit:
        add_article(unit, "old", signed=signature(1, exact="x"), now=NOW - SECOND)
        assert unit.articles.candidates(signature(1, exact="x"), since=NOW, limit=5) == []
        assert unit.articles.candidates(signature(), since=NOW, limit=5) == []


def test_a_key_that_all_share_gives_only_the_newest(database: Database):
    with database.begin() as unit:
        add_article(unit, "first", signed=signature(1, 2), now=NOW)
        for number in range(PER_KEY + 20):
            add_article(
                unit, f"t{number}", signed=signature(1, 100 + number), now=NOW + number * SECOND
            )
        common = unit.articles.candidates(signature(1), since=NOW - DAY, limit=1000)
        assert len(common) == PER_KEY
        assert common[0].first_seen_at == NOW + 20 * SECOND
        rare = unit.articles.candidates(signature(1, 2), since=NOW - DAY, limit=1)
        assert rare[0].article_id == 1


def test_a_signature_of_many_keys(database: Database):
    with database.begin() as unit:
        many = add_article(unit, "many", signed=signature(*range(700)))
        found = unit.articles.candidates(signature(*range(699, 1400)), since=NOW, limit=5)
        assert [c.article_id for c in found] == [many.id]
        found = unit.articles.candidates(signature(*range(1400)), since=NOW, limit=5)
        assert [c.article_id for c in found] == [many.id]
