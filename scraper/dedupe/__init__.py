"""Tells the tenth copy of a wire story from news, and reports of one event from those of another.

    text ─► words ─► pairs and runs of four ─► sketch and keys                         sign
    keys ─► some fifty earlier articles that share the most of them       storage, MemoryIndex
    sketch, candidates ─► copy of an original, rewrite, or neither                     relate

    text that is no copy ─► words, weighed by where they stand                         describe
    words, how rare each is ─► a vector of 48 of them                                  weigh
    vector ─► a few stories of the last days that share the most        storage, MemoryStories
    vector, stories ─► the story it joins; stories that merge, or part                 settle

`sign` reads a text once and keeps a few kilobytes of it: up to 32 keys to find what may share
something, and a sketch, the hashes of its word pairs in their order, to tell how much is shared
and how it lies. `relate` decides from these alone, without I/O: a copy shares pairs all over the
text, while a quoted paragraph, an item of a roundup or an outlet's boilerplate is one solid block.
What many stories share counts for nothing. `settle` puts reports of one event together that share
names, numbers and rare words, but no text, again without I/O. `cluster` runs a stream of texts
through all of it, over a `MemoryIndex` and `MemoryStories` that find candidates by the rules of the
database.

Why it is so, and what was measured: docs/decisions/copies.md and stories.md.

A later text of one article is compared with the earlier ones by `is_material`, which tells an edit
from trifles, and `added`, which tells what it says anew: docs/decisions/revisions.md.
"""

from scraper.dedupe.changes import Addition, added, is_material, untold
from scraper.dedupe.clustering import COPY_WINDOW, STORY_WINDOW, Clustered, ClusterText, cluster
from scraper.dedupe.event_memory import MemoryStories
from scraper.dedupe.events import (
    CANDIDATES as CANDIDATES_NEAR,
)
from scraper.dedupe.events import MEMBERS, OPENED, PER_TERM, Settled, settle
from scraper.dedupe.explaining import Overlapping, overlapping, shared_words
from scraper.dedupe.memory import CANDIDATES, MemoryIndex
from scraper.dedupe.rarity import articles_key, count_keys, is_counted, weigh
from scraper.dedupe.relation import Relation, relate
from scraper.dedupe.signing import sign
from scraper.dedupe.terms import describe
from scraper.dedupe.vectors import asked, indexed

__all__ = [
    "CANDIDATES",
    "CANDIDATES_NEAR",
    "COPY_WINDOW",
    "MEMBERS",
    "OPENED",
    "PER_TERM",
    "STORY_WINDOW",
    "Addition",
    "ClusterText",
    "Clustered",
    "MemoryIndex",
    "MemoryStories",
    "Overlapping",
    "Relation",
    "Settled",
    "added",
    "articles_key",
    "asked",
    "cluster",
    "count_keys",
    "describe",
    "indexed",
    "is_counted",
    "is_material",
    "overlapping",
    "relate",
    "settle",
    "shared_words",
    "sign",
    "untold",
    "weigh",
]
