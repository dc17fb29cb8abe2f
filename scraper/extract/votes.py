"""Which boxes of a page are worth entering: where runs of text stand, and what is around them.

Most of a page's nodes are menus, rails and footers. Before the walk, one native query finds the
elements that text stands in; each run of it votes for the boxes around it. The walk enters

- the core, the innermost box with nearly all of the votes, and all that is in it,
- what stands between the headline and the core, or just before and after the core: date, authors
  and picture are there,
- elsewhere only boxes that a vote came from: a second column may hold the rest of the text.
"""

from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

_FIRST: Final = "p, h1, br, td, figure"
_SECOND: Final = "div, li, td"
_RUN: Final = 40  # characters from which a text votes
_MANY: Final = 1_500  # characters of votes of paragraphs; with fewer the rest is asked as well
_SIGNS: Final = 3  # as many line breaks or cells are one
_FEWEST: Final = 600  # characters of votes; with fewer the whole page is walked
_NEARLY_ALL: Final = 0.85  # of the votes come from the core
_MOST_HOLDERS: Final = 20_000  # of a page: no article has as many paragraphs
_MOST_STEPS: Final = 50_000  # from voters up to the root, all together
_MOST_TEXT: Final = 2  # times the page: paragraphs that are read; nested ones are read again
_LEVELS: Final = 8  # above the core, where no headline says how far to look
_MOST_SIBLINGS: Final = 200  # of one box
MOST_HEADINGS: Final = 8
_MOST_FIGURES: Final = 3  # the lead picture is among the first
_NEXT: Final = 3  # boxes above the headline and below the core: a picture, who wrote it, when


class Region:
    """Boxes by the number Lexbor gives their node (`mem_id`)."""

    __slots__ = ("everything", "figures", "headings", "paths", "whole")

    def __init__(self) -> None:
        self.everything = True  # walk the whole page
        self.whole: set[int] = set()  # boxes to enter with all that is in them
        self.paths: set[int] = set()  # boxes to enter on the way to those
        self.headings: list[Any] = []  # the <h1> elements, in reading order
        self.figures: list[Any] = []  # the <figure> elements


class _Votes:
    """The boxes that text stands in, and how much of it."""

    def __init__(self) -> None:
        self.sizes: dict[int, int] = {}
        self.boxes: dict[int, Any] = {}
        self.total = 0
        self.is_complete = True  # whether all paragraphs were counted

    def add(self, box: Any, size: int) -> None:
        """Count a text that stands in a box."""
        if size <= _RUN:
            return
        number = box.mem_id
        self.total += size
        if number in self.sizes:
            self.sizes[number] += size
        else:
            self.sizes[number] = size
            self.boxes[number] = box

    def sums(self) -> dict[int, int] | None:
        """The votes for each box and all in it; None where they take too long to count."""
        sums: dict[int, int] = {}
        left = _MOST_STEPS
        for number, size in self.sizes.items():
            node = self.boxes[number]
            while node is not None:
                above = node.mem_id
                sums[above] = sums.get(above, 0) + size
                node = node.parent
                left -= 1
            if left < 0:
                return None
        return sums


def find_region(tree: LexborHTMLParser) -> Region:
    """The boxes that the walk over a parsed page has to enter."""
    region = Region()
    votes = _vote(tree, region)
    sums = votes.sums() if votes.is_complete and votes.total >= _FEWEST else None
    if sums is None:
        return region
    region.everything = False
    region.whole.update(votes.sizes)
    region.paths.update(sums)
    core = votes.boxes[max(votes.sizes, key=votes.sizes.__getitem__)]
    while sums[core.mem_id] < votes.total * _NEARLY_ALL:
        core = core.parent
    region.whole.add(core.mem_id)
    _surround(core, region)
    for figure in region.figures[:_MOST_FIGURES]:
        region.whole.add(figure.mem_id)
        node = figure.parent
        while node is not None and node.mem_id not in region.paths:
            region.paths.add(node.mem_id)
            node = node.parent
    return region


def _vote(tree: LexborHTMLParser, region: Region) -> _Votes:
    votes = _Votes()
    signs = 0  # that text stands in other elements than paragraphs
    left = _MOST_TEXT * len(tree.raw_html)
    for node in tree.css(_FIRST)[:_MOST_HOLDERS]:
        tag = node.tag
        if tag == "p":
            if left > 0:
                size = len(node.text())
                left -= size
                votes.add(node.parent, size)
        elif tag == "h1":
            region.headings.append(node)
        elif tag == "figure":
            region.figures.append(node)
        else:
            signs += 1
    votes.is_complete = left > 0
    if signs > _SIGNS or votes.total < _MANY:
        for node in tree.css(_SECOND)[:_MOST_HOLDERS]:
            votes.add(node, len(node.text(deep=False, strip=True)))
    return votes


def _surround(core: Any, region: Region) -> None:
    """Add what stands between the headline and the core; without headline what is next to it."""
    above: list[Any] = []
    node = core
    while node is not None:
        above.append(node)
        node = node.parent
    levels = {each.mem_id: level for level, each in enumerate(above)}
    height, branch = min(
        (_branch(heading, levels, region) for heading in region.headings[:MOST_HEADINGS]),
        default=(_LEVELS, 0),
    )
    for level in range(min(height + 1, len(above) - 2)):
        until = {height - 1: branch, height: above[level].mem_id}.get(level, 0)
        _add_before(above[level], until, region.whole)
        _add_after(above[level], region.whole)


def _branch(heading: Any, levels: dict[int, int], region: Region) -> tuple[int, int]:
    """How far above the core a heading meets it, and the box below that, on the heading's side."""
    node, below = heading, 0
    while node.mem_id not in levels:
        below = node.mem_id
        region.paths.add(below)
        node = node.parent
    return levels[node.mem_id], below


def _add_before(node: Any, until: int, whole: set[int]) -> None:
    """Add what stands before a box, as far as the box `until` and the next few beyond that."""
    left = _MOST_SIBLINGS if node.mem_id != until else _NEXT
    sibling = node.prev
    while sibling is not None and left:
        if sibling.is_element_node:
            number = sibling.mem_id
            whole.add(number)
            left = _NEXT if number == until else left - 1
        sibling = sibling.prev


def _add_after(node: Any, whole: set[int]) -> None:
    """Add the next few boxes after a box."""
    left = _NEXT
    sibling = node.next
    while sibling is not None and left:
        if sibling.is_element_node:
            whole.add(sibling.mem_id)
            left -= 1
        sibling = sibling.next
