"""German, Dutch and the Scandinavian languages: number, case, gender and regular verbs."""

from scraper.text.inflection import afrikaans, dutch, german, scandinavian
from scraper.text.inflection.rules import Rules

LANGUAGES: dict[str, Rules] = {
    **afrikaans.LANGUAGES,
    **dutch.LANGUAGES,
    **german.LANGUAGES,
    **scandinavian.LANGUAGES,
}
