"""Addresses for entries that have no page of their own.

RSS asks of an item a title or a description, not a link; some feeds give all their items the link
of one page. Such an entry is still news, told by its feed alone. Its address is that of the page it
belongs to, with a fragment that tells it from the others: it opens what a reader may want to see,
is the same at every visit, and says of itself that there is nothing to fetch.
"""

import re
from hashlib import blake2b
from typing import Final

_MARK: Final = "#!entry-"
_DIGEST_BYTES: Final = 10  # among a million entries of one page, two alike are one in 10**12
_ADDRESS = re.compile(rf"[^#]+{re.escape(_MARK)}[0-9a-f]{{{2 * _DIGEST_BYTES}}}")


def address(home: str, *identity: str | None) -> str:
    """The address of an entry without a page that belongs to `home`, known by `identity`."""
    parts = "\0".join(part or "" for part in identity)
    digest = blake2b(parts.encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).hexdigest()
    return f"{home.partition('#')[0]}{_MARK}{digest}"


def has_page(url: str) -> bool:
    """Whether an entry's link leads to a page of its own."""
    return _ADDRESS.fullmatch(url) is None
