"""Tells the tenth copy of a wire story from news.

    text ─► words ─► pairs and runs of four ─► sketch and keys                         sign
    keys ─► some fifty earlier articles that share the most of them       storage, MemoryIndex
    sketch, candidates ─► copy of an original, rewrite, or neither                     relate

`sign` reads a text once and keeps a few kilobytes of it: up to 32 keys to find what may share
something, and a sketch, the hashes of its word pairs in their order, to tell how much is shared
and how it lies. `relate` decides from these alone, without I/O: a copy shares pairs all over the
text, while a quoted paragraph, an item of a roundup or an outlet's boilerplate is one solid block.
What many stories share counts for nothing. `cluster` runs a stream of texts through both, over a
`MemoryIndex` that finds candidates by the rules of the database.

Why it is so, and what was measured: docs/decisions/copies.md.
"""

from scraper.dedupe.clustering import WINDOW, Clustered, ClusterText, cluster
from scraper.dedupe.memory import CANDIDATES, MemoryIndex
from scraper.dedupe.relation import Relation, relate
from scraper.dedupe.signing import sign

__all__ = [
    "CANDIDATES",
    "WINDOW",
    "ClusterText",
    "Clustered",
    "MemoryIndex",
    "Relation",
    "cluster",
    "relate",
    "sign",
]
