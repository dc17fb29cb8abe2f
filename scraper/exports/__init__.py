"""Articles and alerts for other programs: CSV, JSON Lines, Parquet, page by page.

    a page of a table ─► rows ─► an encoder ─► bytes

Pages go by their last id, each in a transaction of its own, so nothing grows with what is stored.
"""

from scraper.exports.formats import Format, encoder
from scraper.exports.tables import Column, Kind, Table, alerts_table, articles_table, pages

__all__ = [
    "Column",
    "Format",
    "Kind",
    "Table",
    "alerts_table",
    "articles_table",
    "encoder",
    "pages",
]
