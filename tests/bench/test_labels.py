"""Which blocks the training takes for text."""

from types import SimpleNamespace

import pytest
from selectolax.lexbor import LexborHTMLParser

from bench.labels import label
from scraper.extract.outline import outline

PAGE = """<body><h1>Ferry back in service</h1><p>The ferry across the bay sails again after a
winter in the dock.</p><p>Engineers</p><p>Engineers replaced both shafts, and the hull has a new
coat of paint.</p><div>Subscribe now to our letter and read it first each morning</div></body>"""
HEADLINE = "Ferry back in service"
FIRST = "The ferry across the bay sails again after a winter in the dock."
LAST = "Engineers replaced both shafts, and the hull has a new coat of paint."
SCORE = SimpleNamespace(tokens=lambda text: text.lower().split(), squash=lambda text: text)


@pytest.fixture
def blocks():
    body = LexborHTMLParser(PAGE).body
    assert body is not None
    return outline(body).blocks


def verdicts(blocks, truth, *, headline_unsure=False):
    return [is_text for is_text, _ in label(blocks, truth, SCORE, headline_unsure=headline_unsure)]


def test_a_block_is_text_where_most_of_it_stands_in_the_body(blocks):
    assert verdicts(blocks, {"body": f"{FIRST} {LAST}"}) == [False, True, True, True, False]


def test_what_only_one_accepted_body_holds_is_neither(blocks):
    truth = {"body": f"{FIRST} {LAST}", "body_alt": [FIRST]}
    assert verdicts(blocks, truth) == [False, True, None, None, False]


def test_a_headline_is_neither_where_a_set_is_not_sure_of_it(blocks):
    truth = {"body": f"{HEADLINE} {FIRST} {LAST}"}
    assert verdicts(blocks, truth)[0] is True
    assert verdicts(blocks, truth, headline_unsure=True)[0] is None


def test_a_few_words_far_from_all_text_are_chance():
    around = "".join(f"<p>Other line of number {at} in a long list</p>" for at in range(9))
    body = LexborHTMLParser(f"<body><p>{FIRST}</p>{around}<p>the dock.</p></body>").body
    assert body is not None
    found = label(outline(body).blocks, {"body": FIRST}, SCORE, headline_unsure=False)
    assert found[0] == (True, 13)
    assert found[-1] == (False, 2)


def test_snippets_label_the_blocks_that_they_quote(blocks):
    truth = {"with": ["sails again"], "without": ["Subscribe now"]}
    assert verdicts(blocks, truth) == [None, True, None, None, False]
