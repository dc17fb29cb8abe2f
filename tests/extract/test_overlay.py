"""What is laid over a page is what the reading did, block for block."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract import extract
from scraper.extract.outline import outline
from scraper.extract.overlay import LONGEST_STRETCH, LaidBlock, Reason, lay, stretches

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
NOW = datetime(2021, 6, 1, tzinfo=UTC)
PARAGRAPH = (
    "The harbour master said on Tuesday that the ferry would sail again by the weekend, "
    "although two of its four engines are still being repaired in the yard across the bay."
)


def laid(html: str | bytes) -> list[LaidBlock]:
    source = html.encode() if isinstance(html, str) else html
    return lay(extract(source, "https://news.example/a", now=NOW), source, {})


def page(*parts: str, head: str = "<title>Ferry sails</title>") -> str:
    return f"<html><head>{head}</head><body>{''.join(parts)}</body></html>"


def article(count: int = 6) -> str:
    paragraphs = "".join(f"<p>Day {n}: {PARAGRAPH} That was word {n}.</p>" for n in range(count))
    return f"<article><h1>Ferry sails</h1>{paragraphs}</article>"


def reasons(blocks: list[LaidBlock], text: str) -> set[Reason | None]:
    found = {block.reason for block in blocks if text in block.text}
    assert found, f"no block holds {text!r}"
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_blocks_that_are_marked_are_the_body(path: Path):
    html = path.read_bytes()
    extraction = extract(html, "https://news.example/a", now=NOW)
    blocks = lay(extraction, html, {})
    kept = "".join("".join(block.text.split()) for block in blocks if block.kept)
    assert kept == "".join(extraction.article.body.replace(" | ", "").split())
    assert kept
    assert all((block.reason is None) == block.kept for block in blocks)
    assert all(block.score is None or 0 <= block.score <= 1 for block in blocks)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_the_reading_passed_by_is_there_too(path: Path):
    """It walks over a part of the page only, and what is missing may be in the rest."""
    html = path.read_bytes()
    root = LexborHTMLParser(html).body
    assert [block.text for block in laid(html)] == [block.text for block in outline(root).blocks]


def test_each_block_that_is_left_out_has_its_reason():
    links = "".join(f'<li><a href="/{n}">Headline of number {n}</a></li>' for n in range(40))
    blocks = laid(
        page(
            f"<div><ul>{links}</ul></div>",
            article().replace(
                "</h1>",
                "</h1><figure><img src='a.jpg'><figcaption>The ferry on a calm day in June, "
                "seen from the old tower above the bay.</figcaption></figure>",
            ),
        )
    )
    assert reasons(blocks, "Headline of number") <= {Reason.LINK, Reason.OUTSIDE}
    assert reasons(blocks, "The ferry on a calm day") == {Reason.CAPTION}
    assert reasons(blocks, "That was word 3") == {None}
    assert all(block.score is None for block in blocks if block.reason is Reason.LINK)


def test_a_run_of_links_inside_the_text_is_told():
    run = "<p><a href='/1'>Ferries</a> <a href='/2'>Harbours</a> <a href='/3'>Bays</a></p>"
    paragraphs = article().split("<p>")
    html = page("<p>".join(paragraphs[:4]) + "</p>" + run + "<p>" + "<p>".join(paragraphs[4:]))
    assert reasons(laid(html), "Ferries Harbours") <= {Reason.LINKS, Reason.FOREST}


def test_a_notice_inside_the_text_is_told():
    html = page(article().replace("word 3.</p>", "word 3.</p><p>Advertisement</p>"))
    assert reasons(laid(html), "Advertisement") <= {Reason.NOTICE, Reason.FOREST}


def test_the_next_article_of_an_endless_page_is_told():
    following = article().replace("Ferry sails", "Bridge opens").replace("harbour", "bridge")
    blocks = laid(page(article(8), following))
    assert {block.reason for block in blocks if "The bridge master" in block.text} == {Reason.NEXT}


def test_the_headline_is_the_edge_of_the_text():
    assert reasons(laid(page(article())), "Ferry sails") <= {Reason.EDGE, Reason.FOREST}


def test_a_body_that_stands_elsewhere_marks_what_of_it_is_shown():
    """JSON-LD has the text, and the page shows a teaser of it."""
    text = "\\n\\n".join(f"{PARAGRAPH} That was word {n}." for n in range(6))
    data = f'{{"@type": "NewsArticle", "headline": "Ferry sails", "articleBody": "{text}"}}'
    head = f"<title>Ferry sails</title><script type='application/ld+json'>{data}</script>"
    blocks = laid(
        page(f"<h1>Ferry sails</h1><p>{PARAGRAPH} That was word 0.</p><p>Buy it.</p>", head=head)
    )
    assert reasons(blocks, "word 0") == {None}
    assert reasons(blocks, "Buy it") == {Reason.ELSEWHERE}


def test_a_block_of_which_a_rule_cut_something_is_still_the_bodys():
    source = page(article()).encode()
    found = extract(source, "https://news.example/a", now=NOW)
    paragraphs = [part.replace(" That was", "") for part in found.article.body.split("\n\n")[1:4]]
    ruled = replace(found, article=replace(found.article, body="\n\n".join(paragraphs)))
    blocks = lay(ruled, source, {})
    assert reasons(blocks, "word 2") == {None}
    assert reasons(blocks, "word 5") == reasons(blocks, "Ferry sails") == {Reason.ELSEWHERE}


def test_where_a_block_stands_is_told_by_the_names_of_its_boxes():
    comment = f"<div class='comments'><p>{PARAGRAPH} I was there.</p></div>"
    blocks = laid(page(article(9), comment))
    (found,) = [block for block in blocks if "I was there" in block.text]
    assert (found.kept, found.place) == (False, "comments")


@pytest.mark.parametrize("html", [b"<title>x", b"<title>x</title><p>", b"<p>One word.</p>"])
def test_next_to_nothing_is_laid_out_too(html: bytes):
    assert len(laid(html)) == html.count(b"word")


# Folding.


def out(number: int, score: float | None = None) -> LaidBlock:
    return LaidBlock(text=f"{number}", kept=False, reason=Reason.LINK, score=score)


KEPT = LaidBlock(text="Text.", kept=True, score=0.9)


def test_long_stretches_are_folded_short_ones_and_near_misses_are_not():
    short = [out(n) for n in range(LONGEST_STRETCH)]
    long = [out(n) for n in range(LONGEST_STRETCH + 1)]
    near = out(9, score=0.4)
    found = list(stretches([*short, KEPT, *long, near, *long, KEPT]))
    assert [(len(stretch.blocks), stretch.folded) for stretch in found] == [
        (3, False),
        (1, False),
        (4, True),
        (1, False),
        (4, True),
        (1, False),
    ]
    assert [block for stretch in found for block in stretch.blocks] == [
        *short, KEPT, *long, near, *long, KEPT,
    ]  # fmt: skip
    assert list(stretches([])) == []


def test_a_fold_tells_its_reasons_the_most_frequent_first():
    other = LaidBlock(text="x", kept=False, reason=Reason.CAPTION)
    (fold,) = stretches([other, out(1), out(2), out(3)])
    assert fold.reasons() == "link (3), caption (1)"
