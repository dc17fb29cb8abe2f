"""What a person writes elsewhere is held to the same rules as the settings file."""

from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from scraper.errors import InvalidError, UsageError
from scraper.settings.load import dotted, worded

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)


def checked(kind: TypeAdapter[T], value: object, what: str) -> T:
    """The value as a setting of this kind has it; UsageError says what is wrong with `what`."""
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        _, message = worded(error.errors()[0])
        raise UsageError(f"{what}: {message}") from None


def checked_section(model: type[Model], values: dict[str, Any]) -> Model:
    """A section of the settings, such as a source; InvalidError lists all that is wrong with it."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = [worded(details) for details in error.errors()]
        raise InvalidError([(dotted(path), message) for path, message in problems]) from None
