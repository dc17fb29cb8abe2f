"""The body laid over its page, for a terminal, for programs, and as a file: always harmless."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.cli.overlay import Explained, page, wrapped
from scraper.extract import Extraction
from scraper.extract.overlay import LaidBlock, Reason
from scraper.printable import columns
from storage.records import Article

GOLDEN = Path(__file__).parent / "pages" / "overlay.html"
ARABIC = "قال المسؤول إن العبارة ستبحر مرة أخرى بحلول نهاية الأسبوع."
EVIL = "</style><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x1b[31m"


def explained(**fields: object) -> Explained:
    known: dict[str, object] = {
        "url": "https://news.example/a",
        "title": "Ferry sails again",
        "authors": ("Sofia Lund", "Ali Haddad"),
        "published_at": datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        "body": f"The ferry sails again.\n\n{ARABIC}",
        "language": "en",
        "word_count": 14,
    }
    out = [
        LaidBlock(text=f"Headline {n}", kept=False, reason=Reason.LINK, place="aside")
        for n in range(5)
    ]
    return Explained(
        extraction=Extraction(
            article=Article(**(known | fields)),
            evidence={"title": "h1", "authors": "json-ld author", "body": "blocks 5 to 7 of 9"},
        ),
        blocks=[
            *out,
            LaidBlock(text="The ferry sails again.", kept=True, score=0.97),
            LaidBlock(text="Photo: the bay", kept=False, reason=Reason.CAPTION, score=0.31),
            LaidBlock(text=ARABIC, kept=True, score=0.912),
            LaidBlock(text="Follow us", kept=False, reason=Reason.EDGE, score=0.64),
        ],
    )


def test_the_file_is_as_it_was():
    """Written anew by `python -m tests.cli.test_overlay`, to be looked at in a browser."""
    assert page(explained()) == GOLDEN.read_text("utf-8")


def test_the_file_loads_and_runs_nothing_whatever_the_page_says():
    hostile = explained(
        url=f"javascript:alert(1)//{EVIL}", title=EVIL, authors=(EVIL,), language='"><script>'
    )
    blocks = [LaidBlock(text=EVIL, kept=kept, place=EVIL) for kept in (True, False)]
    html = page(Explained(extraction=hostile.extraction, blocks=blocks))
    tree = LexborHTMLParser(html)
    names = {node.tag for node in tree.css("*")}
    assert names <= {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "main",
        "section", "dl", "dt", "dd", "div", "small", "b", "span", "details", "summary",
    }  # fmt: skip
    attributes = {name for node in tree.css("*") for name in node.attributes}
    assert attributes <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "dir",
    }  # fmt: skip
    assert "alert(1)" in (tree.body.text() if tree.body else "")
    assert "\u202e" not in html
    assert "\x1b" not in html


def test_the_policy_of_the_file_allows_its_own_style_alone():
    tree = LexborHTMLParser(page(explained()))
    policy = tree.css_first("meta[http-equiv]").attributes["content"] or ""
    style = re.search(r"<style>(.*)</style>", page(explained()), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"url\(|@import|https?:", style[1])


# The command.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    paragraphs = "".join(
        f"<p>The harbour master said on day {n} that the ferry would sail again by the weekend, "
        "although two of its four engines are still being repaired in the yard.</p>"
        for n in range(8)
    )
    links = "".join(f"<li><a href='/{n}'>Headline number {n}</a></li>" for n in range(12))
    target = tmp_path / "page.html"
    target.write_text(
        f"<title>Ferry sails</title><ul>{links}</ul><article><h1>Ferry sails \x1b[2J</h1>"
        f"{paragraphs}</article><p>© Harbour Press</p>",
        "utf-8",
    )
    return target


def test_on_a_terminal_the_body_stands_at_a_bar_and_the_rest_is_folded(tocsin, file):
    done = tocsin("extract", file, "--explain")
    assert done.code == 0
    body = [line for line in done.out.splitlines() if line.startswith("▌ ")]
    assert " ".join(line[2:] for line in body).count("harbour master") == 8
    assert max(map(columns, done.out.split("The page:")[1].splitlines())) <= 100
    (fold,) = [line for line in done.out.splitlines() if "blocks left out" in line]
    assert "link (12)" in fold
    assert "Headline number" not in done.out
    assert "\x1b" not in done.out


def test_programs_have_every_block_with_its_reason(tocsin, file):
    found = tocsin("extract", file, "--explain", "--json").json
    assert found["title"].startswith("Ferry sails")
    assert found["evidence"]["body"].startswith("blocks ")
    blocks = found["blocks"]
    assert all(set(block) == {"text", "kept", "reason", "place", "score"} for block in blocks)
    assert "\n\n".join(b["text"] for b in blocks if b["kept"]) == found["body"]
    assert {b["reason"] for b in blocks if b["text"].startswith("Headline number")} == {"link"}


def test_the_file_is_written_beside_what_is_printed(tocsin, file, tmp_path):
    target = tmp_path / "overlay.html"
    done = tocsin("extract", file, "--overlay", target, "--json")
    assert done.code == 0
    assert "blocks" not in json.loads(done.out)
    assert "Ferry sails" in target.read_text("utf-8")
    assert tocsin("extract", file, "--overlay", tmp_path / "absent" / "x.html").code == 2
    assert tocsin("extract", file, "--overlay", tmp_path).code == 2


def test_no_other_file_is_written_over(tmp_path, tocsin, file):
    page = tmp_path / "page.html"
    page.write_bytes(file.read_bytes())
    database = tmp_path / "tocsin.db"
    database.write_bytes(b"SQLite format 3")
    for target in (page, database):
        before = target.read_bytes()
        done = tocsin("extract", page, "--overlay", target)
        assert done.code == 2
        assert str(target) in done.err
        assert target.read_bytes() == before
    again = tmp_path / "overlay.html"
    assert tocsin("extract", page, "--overlay", again).code == 0
    assert tocsin("extract", page, "--overlay", again).code == 0  # one of our own


# Lines.


@pytest.mark.parametrize("text", ["one two three four", "word " * 40, "x" * 95, "日本語" * 30, ""])
@pytest.mark.parametrize("width", [10, 17, 40])
def test_lines_fit_and_lose_nothing(text: str, width: int):
    lines = list(wrapped(text, width))
    assert all(0 < columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(page(explained()), "utf-8")
