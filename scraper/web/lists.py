"""What long lists on pages have in common: so many rows, and a link to those after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeAlias, TypeVar
from urllib.parse import urlencode

from fastapi import Path
from starlette.exceptions import HTTPException

Row = TypeVar("Row")
Known = TypeVar("Known")

ROWS: Final = 50  # of a page
Number: TypeAlias = Annotated[int, Path(ge=0, lt=2**63)]  # an id, in an address
LONGEST_CURSOR: Final = 400  # characters


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """Rows of a page, and where those after them are; None where these are the last."""

    rows: Sequence[Row]
    more: str | None


def listed(
    rows: Sequence[Row], name: str, cursor: Callable[[Row], object], **kept: str | None
) -> Listed[Row]:
    """Rows that were asked for one beyond `ROWS`: the next page begins after the last one shown.

    `name` is what the address calls the cursor; `kept` else stands in the address.
    """
    if len(rows) <= ROWS:
        return Listed(rows, None)
    shown = rows[:ROWS]
    values = {key: value for key, value in kept.items() if value}
    return Listed(shown, f"?{urlencode({**values, name: cursor(shown[-1])})}")


def there(found: Known | None) -> Known:
    """What was found; otherwise there is nothing at this address."""
    if found is None:
        raise HTTPException(404)
    return found
