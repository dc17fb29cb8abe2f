"""Regions in the news that are neither a city nor a country."""

from scraper.text.names.naming import Names, squeezed
from scraper.text.names.ordinary import chosen
from scraper.text.names.tables import rows


def regions() -> dict[str, Names]:
    """The regions of our table by each of their squeezed names."""
    found: dict[str, Names] = {}
    for english, country, others in rows("regions.txt"):
        names, left_out = chosen((english, *others), english)
        region = Names(
            kind="place",
            key="region:" + english.lower().replace(" ", "-"),
            english=english,
            names=names,
            country=country or None,
            left_out=left_out,
            ours=names,
        )
        found.update(dict.fromkeys(map(squeezed, (english, *others)), region))
    return found
