"""How rare words are, learnt as articles come."""

from scraper.dedupe.rarity import (
    COUNTED,
    SAMPLED,
    Counts,
    articles_key,
    count_keys,
    is_counted,
    weigh,
)
from scraper.dedupe.terms import Terms
from scraper.dedupe.vectors import similarity, unpacked


def counted(counts: Counts, terms: Terms, times: int = 1) -> None:
    for _ in range(times):
        counts.add([articles_key(terms.language), *count_keys(terms)])


def test_what_many_articles_have_weighs_less_and_what_all_have_nothing():
    counts = Counts()
    counted(counts, Terms("en", {4: 1.0, 8: 1.0}), 60)
    counted(counts, Terms("en", {4: 1.0}), 40)
    subject = Terms("en", {4: 1.0, 8: 1.0, 12: 1.0})
    vector = unpacked(weigh(subject, *counts.of(subject)))
    assert list(vector) == [12, 8]


def test_each_language_counts_by_itself_but_numbers_together():
    counts = Counts()
    counted(counts, Terms("de", {4: 1.0, 5: 1.0}), 50)
    subject = Terms("en", {4: 1.0, 5: 1.0})
    articles, found = counts.of(subject)
    word, number = count_keys(subject)
    assert (articles, found.get(word, 0), found.get(number, 0)) == (0, 0, 50)


def test_the_vector_tells_the_language():
    counts = Counts()
    for language in ("de", "vi"):
        counted(counts, Terms(language, {400: 1.0}), 9)
    one, other, same = (
        weigh(subject, *counts.of(subject))
        for subject in (Terms(language, {4: 1.0, 8: 2.0}) for language in ("de", "vi", "de"))
    )
    assert similarity(one, same) > similarity(one, other) > 0


def test_of_the_first_article_nothing_is_said():
    counts = Counts()
    subject = Terms("en", {4: 1.0, 8: 1.0})
    assert unpacked(weigh(subject, *counts.of(subject))) == {}


def test_after_the_first_thousand_one_in_sixteen_counts():
    digests = [f"{number * 0x9E3779B1 & 0xFFFFFFFF:08x}" + "0" * 24 for number in range(1600)]
    assert all(is_counted(exact, COUNTED - 1) for exact in digests)
    assert sum(is_counted(exact, COUNTED) for exact in digests) == len(digests) // SAMPLED
