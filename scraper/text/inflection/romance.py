"""The Romance languages: number, gender of adjectives, regular verbs."""

from scraper.text.inflection import french, italian, portuguese, spanish
from scraper.text.inflection.rules import Rules

LANGUAGES: dict[str, Rules] = {
    **french.LANGUAGES,
    **italian.LANGUAGES,
    **portuguese.LANGUAGES,
    **spanish.LANGUAGES,
}
