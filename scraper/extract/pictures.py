"""The lead picture of an article, and the caption that stands beside it."""

import re
from typing import Any, Final

from scraper.extract import dates
from scraper.extract import traits as names
from scraper.extract.head import Head
from scraper.extract.jsonld import plain
from scraper.extract.links import absolute
from scraper.extract.outline import PLACES, Attributes, Block, Box, Outline

_NO_PICTURE: Final = re.compile(
    r"(?:^|[/_.-])(?:logos?|masthead|wordmark|placeholder|(?<!sites/)default|fallback|avatar|icons?|favicon|sprite|blank|spacer|pixel|1x1|"
    r"opengraph|og-?image|share-?image|social-?share|site-?image|authors?|autor(?:es|en)?|"
    r"headshots?)(?:[/_.-]|\d|$)|\.svg(?:$|\?)",
    re.IGNORECASE,
)
_SIZES: Final = re.compile(r"[-_]?\d{2,4}x\d{2,4}|[-_](?:w|h|width)?\d{2,4}(?=\.)")
_LONGEST: Final = 600  # characters of a caption
_SHORTEST_ALONE: Final = 25  # characters of one that only its place tells to be a caption
_LONGEST_ALONE: Final = 300
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ABOVE_TEXT: Final = 10  # blocks before the text in which its lead picture can stand
_INTO_TEXT: Final = 1
_FIGURE: Final = PLACES["figure"]
_APART: Final = names.ASIDE | names.COMMENTS | names.AUTHOR


def find_picture(
    head: Head, outline: Outline, url: str, first: int, last: int
) -> tuple[str, str] | None:
    """The address of the lead picture and where it was found; blocks first to last are the body."""
    lead = _lead(outline, url, first)
    if lead:
        return lead, "picture above the text"
    meta = head.first(
        "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
    )
    if meta:
        found = absolute(meta[0], url)
        if found and not _NO_PICTURE.search(found):
            return found, meta[1]
    for value in head.data.all(head.data.article.get("image")):
        found = absolute(_address(value), url)
        if found and not _NO_PICTURE.search(found):
            return found, "json-ld image"
    link = absolute(head.links.get("image_src"), url)
    if link and not _NO_PICTURE.search(link):
        return link, "link image_src"
    return _shown(outline, url, first, last)


def _address(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else None


def _shown(outline: Outline, url: str, first: int, last: int) -> tuple[str, str] | None:
    """The first picture of some size that stands in the body or shortly before it."""
    around = _around(outline, first)
    for attributes, box, block in outline.images:
        if not first - 12 <= block <= last or box.above & _APART & ~around:
            continue
        found = absolute(source_of(attributes), url)
        if found and not _NO_PICTURE.search(found) and not _is_small(attributes):
            return found, "picture in the text"
    return None


def source_of(attributes: Attributes) -> str | None:
    """The address of an image element, also of one that is loaded late."""
    for key in ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "src"):
        value = attributes.get(key)
        if value and not value.startswith("data:"):
            return value
    for key in ("data-srcset", "srcset"):
        value = attributes.get(key)
        if value and not value.startswith("data:"):
            return value.split(",")[0].split(" ")[0]
    return None


def _lead(outline: Outline, url: str, first: int) -> str | None:
    """The picture that stands in a figure or a <picture> between the headline and the text."""
    around = _around(outline, first)
    for attributes, box, block in outline.images:
        if block > first + _INTO_TEXT:
            return None
        if block < first - _ABOVE_TEXT or not (box.places & _FIGURE or box.tag == "picture"):
            continue
        # A figure itself may be called a widget.
        named = box.above & ~(box.traits if box.tag == "figure" else 0)
        if named & _APART & ~around or _is_small(attributes):
            continue
        found = absolute(source_of(attributes), url)
        if found and not _NO_PICTURE.search(found):
            return found
    return None


def _around(outline: Outline, first: int) -> int:
    """The traits of the boxes around the text: they tell nothing of a picture beside it."""
    return outline.blocks[first].box.above if first < len(outline.blocks) else 0


def _is_small(attributes: Attributes) -> bool:
    for key in ("width", "height"):
        value = (attributes.get(key) or "").removesuffix("px")
        if value.isdecimal() and int(value[:9]) < 150:
            return True
    return False


def find_caption(
    head: Head, outline: Outline, picture: str | None, first: int, last: int
) -> tuple[str, str] | None:
    """The caption of the lead picture: in its own figure, else as declared, else the first near."""
    wanted = _file(picture) if picture else ""
    near: tuple[str, str] | None = None
    around = _around(outline, first)
    for attributes, box, block in outline.images:
        if block > last or box.above & (names.ASIDE | names.COMMENTS) & ~around:
            continue
        own = bool(wanted) and wanted == _file(source_of(attributes) or "")
        if not own and (near is not None or block < first - 8 or block > first + 3):
            continue
        caption = _caption_beside(outline, box)
        if own and not caption:
            caption = _caption_alone(outline, box, first)
        if not caption:
            continue
        if own:
            return caption, "caption of the lead picture"
        near = caption, "caption of the first picture"
    return _declared_caption(head, wanted) or near


def _declared_caption(head: Head, wanted: str) -> tuple[str, str] | None:
    """The caption that JSON-LD gives for the lead picture."""
    for value in (
        *head.data.all(head.data.article.get("image")),
        *head.data.of_type("imageobject"),
    ):
        if not isinstance(value, dict) or _file(_address(value) or "") != wanted:
            continue
        caption = plain(value.get("caption"))
        if caption and wanted:
            credit = plain(value.get("creditText")) or ""
            if credit and credit not in caption:
                caption = f"{caption} ({credit})"
            return caption[:_LONGEST], "json-ld caption"
    return None


def _file(address: str) -> str:
    """What is left of a picture's address when its size and its folder are taken away."""
    name = address.split("?", 1)[0].split("#", 1)[0].rstrip("/").rsplit("/", 1)[-1].lower()
    return _SIZES.sub("", name).rsplit(".", 1)[0]


def _caption_beside(outline: Outline, box: Box) -> str | None:
    """The text of a caption in the same figure, or in one of the three boxes around the picture."""
    around: Box | None = box
    for _ in range(4):
        if around is None or around.end - around.start > 6:
            return None
        texts = [
            block.text
            for block in outline.blocks[around.start : around.end]
            if block.box.places & PLACES["figcaption"] or block.box.above & names.CAPTION
        ]
        if texts:
            return " ".join(dict.fromkeys(texts))[:_LONGEST]
        if around.tag == "figure" and around.end > around.start:
            texts = [block.text for block in outline.blocks[around.start : around.end]]
            return " ".join(dict.fromkeys(texts))[:_LONGEST]
        around = around.parent
    return None


def stands_alone_with_one(block: Block, outline: Outline) -> bool:
    """Whether a block is the only text in one of the boxes around a picture."""
    number = block.number
    return any(
        number <= at + 1 and at <= number + 1 and _text_beside(outline, box) is block
        for _, box, at in outline.images
    )


def _text_beside(outline: Outline, box: Box) -> Block | None:
    """The only text in the innermost of three boxes around a picture that holds any."""
    around: Box | None = box
    for _ in range(3):
        if around is None or around.end - around.start > 1:
            return None
        if around.end > around.start:
            return outline.blocks[around.start]
        around = around.parent
    return None


def _caption_alone(outline: Outline, box: Box, first: int) -> str | None:
    """The one short text in a box with a picture above the text, whatever the box is called."""
    block = _text_beside(outline, box)
    if block is None or block.number >= first or not _reads_like_a_caption(block):
        return None
    return block.text


def _reads_like_a_caption(block: Block) -> bool:
    """No heading, no link, no byline."""
    box = block.box
    return (
        _SHORTEST_ALONE <= len(block.text) <= _LONGEST_ALONE
        and not block.linked
        and box.tag not in _HEADINGS
        and not box.above & (names.AUTHOR | names.DATE | names.HEADLINE)
        and dates.read(block.text) is None
    )
