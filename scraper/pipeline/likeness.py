"""Stored articles made ready to be compared: their sketches are made from their texts, not stored.

A sketch takes more room than everything else that copies are found by, and only the few articles
that share keys with a new one are ever compared: one in some hundred, and mostly the same ones
again, for copies come in bursts.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from scraper.dedupe import sign
from storage.records import SignedArticle


def sketched(articles: Iterable[SignedArticle]) -> list[SignedArticle]:
    """These articles, each with the sketch of its text."""
    return [
        replace(
            article,
            signature=replace(
                article.signature,
                sketch=_sketch(article.title, article.body, article.language),
            ),
        )
        for article in articles
    ]


# Ten times the candidates that a usual article has, some 5 kB each with the text.
@lru_cache(maxsize=256)
def _sketch(title: str | None, body: str, language: str | None) -> bytes:
    return sign(title, body, language).sketch
