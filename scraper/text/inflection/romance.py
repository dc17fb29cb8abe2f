"""The Romance languages: number, gender of adjectives, regular verbs."""

from scraper.text.inflection import (
    catalan,
    french,
    galician,
    italian,
    portuguese,
    romanian,
    spanish,
)
from scraper.text.inflection.rules import Rules

LANGUAGES: dict[str, Rules] = {
    **catalan.LANGUAGES,
    **french.LANGUAGES,
    **galician.LANGUAGES,
    **italian.LANGUAGES,
    **portuguese.LANGUAGES,
    **romanian.LANGUAGES,
    **spanish.LANGUAGES,
}
