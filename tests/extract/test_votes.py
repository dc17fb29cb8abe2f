"""Which boxes the walk enters: the text is never lost, and menus are not visited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.outline import Outline, outline
from scraper.extract.votes import find_region

TEXT = "The harbour reopened on Tuesday after engineers had cleared the last of the wreckage. "
LONG = f"<p>{TEXT * 4}</p>" * 5
NESTED = "<p><object>" * 40  # a paragraph ends where the next begins, but not in an <object>
MENU = "<div class='strip'>" + "<div><a href='/x'>Topic</a></div>" * 30 + "</div>"


def read(html: str) -> Outline:
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    return outline(tree.body, find_region(tree))


def texts(html: str) -> list[str]:
    return [block.text for block in read(html).blocks]


def test_a_menu_is_not_visited():
    assert "Topic" not in texts(
        f"{MENU}<main><section><h1>Harbour</h1><div>{LONG}</div></section></main>{MENU}"
    )


def test_a_page_with_little_text_is_visited_whole():
    assert "Topic" in texts(f"{MENU}<div><h1>Harbour</h1><p>{TEXT}</p></div>")


def test_what_stands_between_headline_and_text_is_visited():
    html = f"""{MENU}<main><div><h1>Harbour</h1></div><div>By Ada Example</div>
        <div><span>9 June 2020</span></div><div class=text>{LONG}</div></main>"""
    assert {"Harbour", "By Ada Example", "9 June 2020"} <= set(texts(html))


def test_boxes_right_above_the_headline_and_below_the_text_are_visited():
    html = f"""{MENU}<main><div>Politics</div><h1>Harbour</h1><div>{LONG}</div>
        <div>Ada Example reports on ports.</div></main>"""
    assert {"Politics", "Ada Example reports on ports."} <= set(texts(html))


def test_a_second_column_with_text_is_visited_with_its_headings():
    column = f"<div><h2>What next</h2><p>{TEXT * 2}</p></div>"
    gap = "<div>x</div>" * 3
    html = f"<div><h1>Harbour</h1>{LONG * 3}</div>{gap}{MENU}<div><div>{column}</div></div>"
    found = texts(html)
    assert "What next" in found
    assert "Topic" not in found


def test_text_between_line_breaks_votes():
    lines = "<br><br>".join([TEXT * 3] * 6)
    found = texts(f"{MENU}<main><section><h1>Harbour</h1><div>{lines}</div></section></main>{MENU}")
    assert any(TEXT.strip() in each for each in found)
    assert "Topic" not in found


def test_text_of_cells_votes():
    rows = "".join(f"<tr><td>{TEXT * 3}</td></tr>" for _ in range(6))
    found = texts(
        f"{MENU}<main><section><h1>Harbour</h1><table>{rows}</table></section></main>{MENU}"
    )
    assert len([each for each in found if TEXT[:20] in each]) == 6
    assert "Topic" not in found


def test_the_core_holds_nearly_all_of_the_text():
    """Two halves of it: what stands between them, without a text that votes, is of it as well."""
    half = f"<div>{LONG}</div>"
    html = f"""{MENU}<main><section><h1>Harbour</h1><div>{half}{"<div><i>x</i></div>" * 6}
        <div><b>An aside</b></div>{"<div><i>x</i></div>" * 6}{half}</div></section></main>{MENU}"""
    found = texts(html)
    assert "An aside" in found
    assert "Topic" not in found


def test_the_first_figure_is_visited_wherever_it_stands():
    figure = "<div><div><figure><img src='/a.jpg'></figure></div></div>"
    tree = f"<section>{figure}</section>{MENU}<section><div><h1>Harbour</h1>{LONG}</div></section>"
    assert len(read(tree).images) == 1


@pytest.mark.parametrize("html", ["", "<p>", "<frameset><frame></frameset>", "<h1>A</h1>"])
def test_pages_without_text_are_visited_whole(html):
    assert find_region(LexborHTMLParser(html)).everything


def test_paragraphs_nested_without_end_are_given_up():
    html = "<h1>Harbour</h1>" + f"<div><p>{TEXT}</p>" * 390
    region = find_region(LexborHTMLParser(html))
    assert region.everything
    assert len(region.headings) == 1


def test_paragraphs_in_paragraphs_are_not_read_again_and_again():
    assert not find_region(LexborHTMLParser(f"{NESTED[:11]}{TEXT * 200}")).everything
    html = f"{NESTED}{TEXT * 200}<h1>Harbour</h1>"
    region = find_region(LexborHTMLParser(html))
    assert region.everything
    assert len(region.headings) == 1


@given(
    st.recursive(
        st.sampled_from(
            [f"<p>{TEXT}</p>", "<h2>Next</h2>", "<li>one</li>", f"{TEXT}<br>", "<h1>H</h1>"]
        ),
        lambda inner: st.lists(inner, min_size=1, max_size=4).map(
            lambda parts: f"<div>{''.join(parts)}</div>"
        ),
        max_leaves=40,
    )
)
def test_no_paragraph_is_lost(html):
    tree = LexborHTMLParser(html)
    found = read(html)
    whole = outline(tree.body)
    wanted = [block.text for block in whole.blocks if len(block.text) > 60]
    assert [block.text for block in found.blocks if len(block.text) > 60] == wanted
