"""The Romance languages: number, gender and regular verbs."""

from scraper.text.inflection.rules import Rules

LANGUAGES: dict[str, Rules] = {}
