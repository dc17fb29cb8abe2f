"""Single fields of forms: what was written there, or what is wrong with it."""

from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from scraper.settings.load import worded
from scraper.settings.model import PositiveDuration

LONGEST_DURATION = 40  # characters
_LONGEST = timedelta(days=3660)
_DURATION: TypeAdapter[timedelta] = TypeAdapter(PositiveDuration)


def length_of(text: str) -> timedelta | str:
    """How long that is, such as "2h"; or what is wrong with it."""
    try:
        length = _DURATION.validate_python(text.strip())
    except ValidationError as error:
        return worded(error.errors()[0])[1]
    return length if length <= _LONGEST else "the longest is 3660d"
