"""The outline of a page: its boxes, and the blocks of text that stand in them, in reading order.

A box is an element that breaks the line (div, p, li …). A block is a run of text between two such
breaks: a paragraph, a heading, a caption, a line of a menu. One walk over Lexbor's nodes collects
both, and on the way what the fields need: pictures, times, bylines.

The walk is the dearest part of an extraction after the parse itself. So it holds its own stack (no
depth of nesting hurts it), reads attributes only where they tell something, and never enters what
cannot hold text of the article.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from scraper.extract import traits as names
from scraper.extract.lists import words

# Lexbor's nodes are used as Any: each property of them is typed as optional, and the walk would
# spend more time proving that a node is there than reading it.
Node: TypeAlias = Any
Attributes: TypeAlias = Mapping[str, str | None]

MAX_NODES: Final = 400_000  # then the walk stops: no article is as long
MAX_BLOCKS: Final = 20_000
_NEVER_FURNITURE: Final = frozenset(("main", "article", "h1", "p"))
_MOST: Final = 3.0  # of a box, up or down: many names do not add up without end
_BYLINE: Final = names.AUTHOR | names.DATE

_SKIPPED: Final = frozenset(
    words(
        """script style noscript svg iframe template select button object video audio canvas input
        textarea map head link meta embed math applet param source track area base title
        datalist progress noembed noframes frame frameset menu nav dialog aside footer -comment
        -doctype"""
    )
)
_INLINE: Final = frozenset(
    words(
        """i u small mark sub sup abbr cite q code font s del ins big tt kbd samp var dfn acronym
        bdo bdi nobr strike wbr ruby rt rb data label em"""
    )
)
# Tags whose being around a block tells something of it: a bit each.
PLACES: Final = {
    tag: 1 << place
    for place, tag in enumerate(
        words(
            """article main aside header footer figure figcaption form table li blockquote ul ol
            section p dl pre td h1 h2 h3 h4 h5 h6 address details div"""
        )
    )
}


class Box:
    """An element that breaks the line, with what is known of it and of those around it."""

    __slots__ = (
        "above",
        "depth",
        "end",
        "id",
        "low",
        "name",
        "number",
        "others",
        "parent",
        "places",
        "score",
        "start",
        "tag",
        "traits",
        "weight",
    )

    def __init__(self, tag: str, parent: "Box | None", number: int, start: int) -> None:
        self.tag = tag
        self.parent = parent
        self.number = number
        self.start = self.end = start  # its blocks: the numbers from start up to end
        self.name = self.id = self.others = ""  # class, id and other attributes that name it
        self.traits = 0
        self.weight = 0.0  # what its names say: above zero for text, below for the rest
        self.score = 0.0  # words of text less words of anything else, see body.py
        if parent is None:
            self.depth = 0
            self.above = 0  # the traits of this box and of all around it
            self.places = 0  # the tags of this box and of all around it, bits of PLACES
            self.low = 0.0  # the lowest weight of this box and of all around it
        else:
            self.depth = parent.depth + 1
            self.above = parent.above
            self.places = parent.places | PLACES.get(tag, 0)
            self.low = parent.low


class Block:
    """A run of text between two breaks of the line."""

    __slots__ = ("bold", "box", "broken", "linked", "links", "number", "text")

    def __init__(self, text: str, box: Box, number: int) -> None:
        self.text = text
        self.box = box
        self.number = number
        self.links = self.linked = self.bold = 0  # links in it; characters in links, in bold
        self.broken = False  # only <br><br> parts it from the block before


class Marked:
    """An element whose names say that it holds an author or a date, or a <time>."""

    __slots__ = ("attributes", "block", "box", "node", "tag", "traits")

    def __init__(
        self, node: Node, attributes: Attributes, box: Box, block: int, traits: int
    ) -> None:
        self.node = node
        self.tag: str = node.tag
        self.attributes = attributes
        self.box = box
        self.block = block  # the number of the first block that can stand in it
        self.traits = traits

    def text(self) -> str:
        """Its text, white space collapsed."""
        return " ".join(self.node.text(separator=" ").split())


class Outline:
    """All that one walk over the page found, in reading order."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self.images: list[tuple[Attributes, Box, int]] = []
        self.marked: list[Marked] = []


class _Walk:
    """One walk over the nodes of a page."""

    def __init__(self) -> None:
        self.found = Outline()
        self.box = Box("body", None, 0, 0)
        self.found.boxes.append(self.box)
        self.pieces: list[str] = []
        self.links = self.linked = self.bold = 0
        self.in_link = self.in_bold = 0
        self.broken = False
        self.at_break = False
        self.enter: dict[str | None, Callable[[Node, str], bool] | None] = {
            **dict.fromkeys(_SKIPPED),
            **dict.fromkeys(_INLINE, self.enter_inline),
            None: None,
            "b": self.enter_bold,
            "strong": self.enter_bold,
            "span": self.enter_span,
            "br": self.enter_break,
            "a": self.enter_link,
            "img": self.enter_image,
            "amp-img": self.enter_image,
            "time": self.enter_time,
        }
        self.leave: dict[str, Callable[[], None] | None] = {
            **dict.fromkeys(_INLINE),
            "span": None,
            "time": None,
            "b": self.leave_bold,
            "strong": self.leave_bold,
            "a": self.leave_link,
        }

    def run(self, root: Node) -> Outline:
        stack: list[tuple[Node, str]] = []
        node: Node = root.first_child
        enter, leave = self.enter, self.leave
        enter_box, leave_box = self.enter_box, self.leave_box
        blocks = self.found.blocks
        left = MAX_NODES
        while left:
            if node is None:
                if not stack:
                    break
                if len(blocks) > MAX_BLOCKS:
                    break
                node, tag = stack.pop()
                leaving = leave.get(tag, leave_box)
                if leaving is not None:
                    leaving()
                node = node.next
                continue
            left -= 1
            tag = node.tag
            if tag == "-text":
                self.add_text(node.text_content)
            else:
                entering = enter.get(tag, enter_box)
                if entering is not None and entering(node, tag):
                    stack.append((node, tag))
                    node = node.first_child
                    continue
            node = node.next
        self.flush()
        open_box: Box | None = self.box  # the page may end, or the walk stop, inside of boxes
        while open_box is not None:
            open_box.end = len(self.found.blocks)
            open_box = open_box.parent
        return self.found

    def add_text(self, text: str) -> None:
        if text.isspace():
            if self.pieces:
                self.pieces.append(text)
            return
        self.pieces.append(text)
        self.at_break = False
        if self.in_link:
            self.linked += len(text)
        if self.in_bold:
            self.bold += len(text)

    def flush(self) -> None:
        """End the block that is being collected."""
        text = " ".join("".join(self.pieces).split())
        if text:
            blocks = self.found.blocks
            block = Block(text, self.box, len(blocks))
            block.links, block.linked, block.bold = self.links, self.linked, self.bold
            block.broken = self.broken
            blocks.append(block)
        self.pieces = []
        self.links = self.linked = self.bold = 0
        self.broken = self.at_break = False

    def enter_box(self, node: Node, tag: str) -> bool:
        if self.pieces:
            self.flush()
        self.broken = False
        if node.first_child is None:
            return False
        found = self.found
        self.box = box = Box(tag, self.box, len(found.boxes), len(found.blocks))
        found.boxes.append(box)
        attributes = node.attributes
        if attributes:
            self.name_box(box, node, attributes)
            if box.traits & names.FURNITURE and tag not in _NEVER_FURNITURE:
                found.boxes.pop()
                self.box = box.parent or box
                return False
        return True

    def name_box(self, box: Box, node: Node, attributes: Attributes) -> None:
        box.name = name = attributes.get("class") or ""
        box.id = identifier = attributes.get("id") or ""
        traits, weight = names.read(name) if name else (0, 0.0)
        if identifier:
            more, other = names.read(identifier)
            traits |= more
            weight += other
        if len(attributes) > 1:
            more, box.others = names.read_others(attributes)
            traits |= more
            if box.others:
                more, other = names.read(box.others)
                traits |= more
                weight += other
        if traits:
            box.traits = traits
            box.above |= traits
            if traits & _BYLINE:
                self.mark(node, attributes, traits)
        if weight:
            weight = max(-_MOST, min(_MOST, weight))
            box.weight = weight
            box.low = min(box.low, weight)

    def leave_box(self) -> None:
        if self.pieces:
            self.flush()
        self.broken = False
        self.box.end = len(self.found.blocks)
        parent = self.box.parent
        if parent is not None:
            self.box = parent

    def enter_inline(self, _node: Node, _tag: str) -> bool:
        return True

    def enter_span(self, node: Node, _tag: str) -> bool:
        attributes = node.attributes
        if attributes:
            traits = names.read_inline(attributes)
            if traits & names.HIDDEN:
                return False
            if traits & _BYLINE:
                self.mark(node, attributes, traits)
        return True

    def enter_link(self, node: Node, _tag: str) -> bool:
        if node.first_child is None:
            return False
        attributes = node.attributes
        traits = names.read_inline(attributes)
        if traits & _BYLINE:
            self.mark(node, attributes, traits)
        self.in_link += 1
        self.links += 1
        return True

    def leave_link(self) -> None:
        self.in_link -= 1

    def enter_bold(self, _node: Node, _tag: str) -> bool:
        self.in_bold += 1
        return True

    def leave_bold(self) -> None:
        self.in_bold -= 1

    def enter_break(self, _node: Node, _tag: str) -> bool:
        if self.pieces:
            if self.at_break:
                self.flush()
                self.broken = True
            else:
                self.pieces.append("\n")
                self.at_break = True
        return False

    def enter_image(self, node: Node, _tag: str) -> bool:
        self.found.images.append((node.attributes, self.box, len(self.found.blocks)))
        return False

    def enter_time(self, node: Node, _tag: str) -> bool:
        self.mark(node, node.attributes, names.TIME)
        return True

    def mark(self, node: Node, attributes: Attributes, traits: int) -> None:
        found = self.found
        found.marked.append(Marked(node, attributes, self.box, len(found.blocks), traits))


def outline(root: Node) -> Outline:
    """The outline of all that stands below `root`."""
    return _Walk().run(root)
