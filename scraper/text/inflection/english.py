"""English: plurals and regular verbs."""

from scraper.text.inflection.rules import Rules


def english(word: str) -> tuple[str, ...]:
    """The plural's singular; verbs follow."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return (word[:-1],)
    return (word,)


LANGUAGES = {"en": Rules(english)}
