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
MOST_WEIGHT: Final = 3.0  # of a box, up or down: many names do not add up without end
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
        bdo bdi nobr strike wbr ruby rt rb data label em b strong"""
    )
)
# Tags whose being around a block tells something of it: a bit each.
PLACES: Final = {"article": 1, "main": 2, "figure": 4, "figcaption": 8, "table": 16}


class Box:
    """An element that breaks the line, with what is known of it and of those around it."""

    # What most boxes do not have stands here once.
    name = ""  # its class, as written
    id = ""
    others = ""  # what other attributes call it
    traits = 0
    weight = 0.0  # what its names say: above zero for text, below for the rest
    end = 0  # its blocks: the numbers from start up to end

    def __init__(self, tag: str, parent: "Box | None", number: int, start: int) -> None:
        self.tag = tag
        self.parent = parent
        self.number = number
        self.start = start
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

    __slots__ = ("box", "linked", "links", "number", "text")

    def __init__(self, text: str, box: Box, number: int, links: int, linked: int) -> None:
        self.text = text
        self.box = box
        self.number = number
        self.links = links
        self.linked = linked  # characters of it inside links


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
        self.pieces: list[str] = []  # of the block that is being collected
        self.links = self.linked = self.in_link = 0
        self.at_break = False
        self.enter: dict[str | None, Callable[[Node, str], bool] | None] = {
            **dict.fromkeys(_SKIPPED),
            None: None,
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
            "a": self.leave_link,
        }

    def run(self, root: Node) -> Outline:
        """Visit all that stands below `root`, as far as MAX_NODES and MAX_BLOCKS allow."""
        stack: list[tuple[Node, str]] = []
        node: Node = root.first_child
        enter, leave, inline = self.enter, self.leave, _INLINE
        enter_box, leave_box, add_text = self.enter_box, self.leave_box, self.add_text
        blocks, pieces = self.found.blocks, self.pieces
        left = MAX_NODES
        while left:
            if node is None:
                if not stack or len(blocks) > MAX_BLOCKS:
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
                text = node.text_content
                if not text.isspace():
                    add_text(text)
                elif pieces:
                    pieces.append(" ")
            elif tag in inline:
                stack.append((node, tag))
                node = node.first_child
                continue
            else:
                entering = enter.get(tag, enter_box)
                if entering is not None and entering(node, tag):
                    stack.append((node, tag))
                    node = node.first_child
                    continue
            node = node.next
        self.finish()
        return self.found

    def finish(self) -> None:
        """End what is open: the page may end, or the walk stop, inside of boxes."""
        self.flush()
        box: Box | None = self.box
        while box is not None:
            box.end = len(self.found.blocks)
            box = box.parent

    def add_text(self, text: str) -> None:
        """Add a text that is no white space to the block that is being collected."""
        self.pieces.append(text)
        self.at_break = False
        if self.in_link:
            self.linked += len(text)

    def flush(self) -> None:
        """End the block that is being collected."""
        text = " ".join("".join(self.pieces).split())
        if text:
            blocks = self.found.blocks
            blocks.append(Block(text, self.box, len(blocks), self.links, self.linked))
        self.pieces.clear()
        self.links = self.linked = 0
        self.at_break = False

    def enter_box(self, node: Node, tag: str) -> bool:
        """Open a box, unless nothing stands in it, or nothing that can be text."""
        if self.pieces:
            self.flush()
        if node.first_child is None:
            return False
        found = self.found
        parent = self.box
        box = Box(tag, parent, len(found.boxes), len(found.blocks))
        attributes = node.attributes
        if attributes:
            self.name_box(box, node, attributes)
            if box.traits & names.FURNITURE and tag not in _NEVER_FURNITURE:
                return False
        self.box = box
        found.boxes.append(box)
        return True

    def name_box(self, box: Box, node: Node, attributes: Attributes) -> None:
        traits, weight = 0, 0.0
        name = attributes.get("class")
        if name:
            box.name = name = name[: names.LONGEST]
            traits, weight = names.read(name)
        identifier = attributes.get("id")
        if identifier:
            box.id = identifier = identifier[: names.LONGEST]
            more, other = names.read(identifier)
            traits |= more
            weight += other
        if len(attributes) > (name is not None) + (identifier is not None):
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
                self.mark(node, attributes, traits, box)
        if weight:
            weight = max(-MOST_WEIGHT, min(MOST_WEIGHT, weight))
            box.weight = weight
            box.low = min(box.low, weight)

    def leave_box(self) -> None:
        """Close the box."""
        if self.pieces:
            self.flush()
        box = self.box
        box.end = len(self.found.blocks)
        if box.parent is not None:
            self.box = box.parent

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

    def enter_break(self, _node: Node, _tag: str) -> bool:
        if self.pieces:
            if self.at_break:
                self.flush()
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

    def mark(self, node: Node, attributes: Attributes, traits: int, box: Box | None = None) -> None:
        """Keep an element that may hold an author or a date."""
        found = self.found
        found.marked.append(Marked(node, attributes, box or self.box, len(found.blocks), traits))


def outline(root: Node) -> Outline:
    """The outline of all that stands below `root`."""
    return _Walk().run(root)
