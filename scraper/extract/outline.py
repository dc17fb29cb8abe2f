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

from selectolax.lexbor import LexborHTMLParser

from scraper.extract import traits as names
from scraper.extract.jsonld import is_data
from scraper.extract.lists import words
from scraper.extract.votes import Region

# Lexbor's nodes are used as Any: each property of them is typed as optional, and the walk would
# spend more time proving that a node is there than reading it.
Node: TypeAlias = Any
Attributes: TypeAlias = Mapping[str, str | None]

MAX_NODES: Final = 400_000  # then the walk stops: no article is as long
MAX_BLOCKS: Final = 20_000
_MOST_IMAGES: Final = 5_000
_LONGEST_BLOCK: Final = 2_000_000  # characters: four novels in one paragraph
_NEVER_FURNITURE: Final = frozenset(("main", "article", "h1", "p"))
_ALWAYS_ENTERED: Final = frozenset(("p", "h1"))
MOST_WEIGHT: Final = 3.0  # of a box, up or down: many names do not add up without end
_BYLINE: Final = names.AUTHOR | names.DATE

# What the walk does with an element.
_TEXT, _INLINE, _BOX, _LINK, _SPAN, _SKIP, _BREAK, _IMAGE, _TIME, _META, _SCRIPT = range(11)
_KINDS: Final = {
    _INLINE: """i u small mark sub sup abbr cite q code font s del ins big tt kbd samp var dfn
        acronym bdo bdi nobr strike wbr ruby rt rb data label em b strong""",
    _BOX: """p div li ul ol h1 h2 h3 h4 h5 h6 section article main header td tr th table tbody thead
        tfoot caption blockquote figure figcaption form dl dt dd pre hr center address details
        summary fieldset legend body picture hgroup""",
    _LINK: "a",
    _SPAN: "span",
    _SCRIPT: "script",
    _SKIP: """style noscript svg iframe template select button object video audio canvas
        input textarea map head link embed math applet param source track area base title
        datalist progress noembed noframes frame frameset menu nav dialog aside footer""",
    _BREAK: "br",
    _IMAGE: "img amp-img",
    _TIME: "time",
    _META: "meta",
}


def _known() -> dict[int, tuple[int, str]]:
    """By Lexbor's number for a tag: what the walk does with it, and its name."""
    tree = LexborHTMLParser("<p>text<!-- comment -->")
    paragraph = tree.css("p")[0]
    text, comment = paragraph.iter(include_text=True), paragraph.last_child
    known = {next(text).tag_id: (_TEXT, "-text")}
    if comment is not None:
        known[comment.tag_id] = (_SKIP, "-comment")
    for kind, tags in _KINDS.items():
        for tag in words(tags):
            if tag != "amp-img":  # Lexbor numbers only the tags it knows: this one goes by name
                known[tree.create_node(tag).tag_id] = (kind, tag)
    return known


_KNOWN: Final = _known()
_TEXT_ID: Final = next(number for number, (kind, _) in _KNOWN.items() if kind == _TEXT)


def _by_name(tag: str | None) -> tuple[int, str]:
    """The same for what Lexbor has no number for: elements of the page's own, and odd nodes."""
    if tag is None or tag.startswith("-"):
        return _SKIP, ""
    return (_IMAGE if tag == "amp-img" else _BOX), tag


# Tags whose being around a block tells something of it: a bit each.
PLACES: Final = {"article": 1, "main": 2, "figure": 4, "figcaption": 8, "table": 16}


class Box:
    """An element that breaks the line, with what is known of it and of those around it."""

    __slots__ = (
        "above", "depth", "end", "id", "low", "name", "number", "others", "parent", "places",
        "start", "tag", "traits", "weight", "whole",
    )  # fmt: skip

    def __init__(self, tag: str, parent: "Box | None", number: int, start: int) -> None:
        self.tag = tag
        self.parent = parent
        self.number = number
        self.start = start  # its blocks: the numbers from start up to end
        self.end = 0
        self.name = ""  # its class, as written
        self.id = ""
        self.others = ""  # what other attributes call it
        self.traits = 0
        self.weight = 0.0  # what its names say: above zero for text, below for the rest
        if parent is None:
            self.depth = 0
            self.above = 0  # the traits of this box and of all around it
            self.places = 0  # the tags of this box and of all around it, bits of PLACES
            self.low = 0.0  # the lowest weight of this box and of all around it
            self.whole = True  # whether all that is in it is entered
        else:
            self.depth = parent.depth + 1
            self.above = parent.above
            self.places = parent.places | PLACES.get(tag, 0)
            self.low = parent.low
            self.whole = parent.whole


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
        self.boxes: list[Box] = [Box("body", None, 0, 0)]  # the outermost is always there
        self.blocks: list[Block] = []
        self.images: list[tuple[Attributes, Box, int]] = []
        self.marked: list[Marked] = []
        self.metas: list[Attributes] = []  # of <meta> elements
        self.scripts: list[Node] = []  # those that hold JSON-LD


class _Walk:
    """One walk over the nodes of a page."""

    def __init__(self, region: Region) -> None:
        self.found = Outline()
        self.region = region
        self.box = self.found.boxes[0]
        self.pieces: list[str] = []  # of the block that is being collected
        self.links = self.linked = self.in_link = 0
        self.at_break = False
        # Whether what is in the element is visited.
        self.enter: dict[int, Callable[[Node, str], bool]] = {
            _BOX: self.enter_box,
            _LINK: self.enter_link,
            _SPAN: self.enter_span,
            _SKIP: lambda *_: False,
            _BREAK: self.enter_break,
            _IMAGE: self.enter_image,
            _TIME: self.enter_time,
            _META: self.enter_meta,
            _SCRIPT: self.enter_script,
        }

    def run(self, root: Node) -> Outline:
        """Visit what stands below `root`, as far as MAX_NODES and MAX_BLOCKS allow."""
        self.box.whole = self.region.everything or root.mem_id in self.region.whole
        stack: list[tuple[Node, int]] = []
        node: Node = root.first_child
        blocks, pieces, known, enter = self.found.blocks, self.pieces, _KNOWN, self.enter
        left = MAX_NODES
        while left:
            if node is None:
                if not stack or len(blocks) >= MAX_BLOCKS:
                    break
                node, kind = stack.pop()
                if kind == _BOX:
                    self.leave_box()
                elif kind == _LINK:
                    self.in_link -= 1
                node = node.next
                continue
            left -= 1
            kind, tag = known.get(node.tag_id) or _by_name(node.tag)
            if kind == _TEXT:
                if not node.is_empty_text_node:
                    self.add_text(node.text_content)
                elif pieces:
                    pieces.append(" ")
            elif kind == _INLINE or enter[kind](node, tag):
                stack.append((node, kind))
                node = node.first_child
                continue
            node = node.next
        self.finish()
        self.enter = {}  # it refers to this walk, which would live on with the whole page in hand
        return self.found

    def finish(self) -> None:
        """End what is open: the page may end, or the walk stop, inside of boxes."""
        self.flush()
        box: Box | None = self.box
        while box is not None:
            box.end = len(self.found.blocks)
            box = box.parent

    def add_text(self, text: str) -> None:
        """Add a text to the block that is being collected."""
        if not text.isspace():
            self.pieces.append(text)
            self.at_break = False
            if self.in_link:
                self.linked += len(text)
        elif self.pieces:
            self.pieces.append(" ")

    def flush(self) -> None:
        """End the block that is being collected."""
        text = " ".join("".join(self.pieces)[:_LONGEST_BLOCK].split())
        blocks = self.found.blocks
        if text and len(blocks) < MAX_BLOCKS:
            blocks.append(Block(text, self.box, len(blocks), self.links, self.linked))
        self.pieces.clear()
        self.links = self.linked = 0
        self.at_break = False

    def enter_box(self, node: Node, tag: str) -> bool:
        """Open a box, unless nothing stands in it, or nothing that can be text."""
        if self.pieces:
            self.flush()
        child = node.first_child
        if child is None:
            return False
        found = self.found
        start = len(found.blocks)
        if start >= MAX_BLOCKS:
            return False
        box = Box(tag, self.box, len(found.boxes), start)
        if not box.whole and not self.is_wanted(node, box):
            return False
        attributes = node.attributes
        if attributes:
            self.name_box(box, node, attributes)
            if box.traits & names.FURNITURE and tag not in _NEVER_FURNITURE:
                return False
        found.boxes.append(box)
        if child.tag_id == _TEXT_ID and child.next is None:  # as in most paragraphs
            self.add_line(box, child.text_content)
            return False
        self.box = box
        return True

    def is_wanted(self, node: Node, box: Box) -> bool:
        """Whether a box in one that is not entered as a whole is entered."""
        number = node.mem_id
        if number in self.region.whole:
            box.whole = True
            return True
        return number in self.region.paths or box.tag in _ALWAYS_ENTERED

    def add_line(self, box: Box, text: str) -> None:
        """Add the one text that stands in a box as its block."""
        line = " ".join(text[:_LONGEST_BLOCK].split())
        blocks = self.found.blocks
        if line:
            linked = len(text) if self.in_link else 0
            blocks.append(Block(line, box, len(blocks), 0, linked))
        box.end = len(blocks)

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

    def enter_break(self, _node: Node, _tag: str) -> bool:
        if self.pieces:
            if self.at_break:
                self.flush()
            else:
                self.pieces.append("\n")
                self.at_break = True
        return False

    def enter_meta(self, node: Node, _tag: str) -> bool:
        self.found.metas.append(node.attributes)
        return False

    def enter_script(self, node: Node, _tag: str) -> bool:
        if is_data(node):
            self.found.scripts.append(node)
        return False

    def enter_image(self, node: Node, _tag: str) -> bool:
        if len(self.found.images) < _MOST_IMAGES:
            self.found.images.append((node.attributes, self.box, len(self.found.blocks)))
        return False

    def enter_time(self, node: Node, _tag: str) -> bool:
        self.mark(node, node.attributes, names.TIME)
        return True

    def mark(self, node: Node, attributes: Attributes, traits: int, box: Box | None = None) -> None:
        """Keep an element that may hold an author or a date."""
        found = self.found
        found.marked.append(Marked(node, attributes, box or self.box, len(found.blocks), traits))


def outline(root: Node, region: Region | None = None) -> Outline:
    """The outline of what stands below `root`: of all, or of the boxes of a region."""
    return _Walk(region or Region()).run(root)
