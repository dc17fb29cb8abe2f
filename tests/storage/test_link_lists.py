"""What is remembered of sources' lists of links."""

from dataclasses import replace

from storage import link_lists
from storage.records import Entry, SourceSpec
from tests.storage.making import NOW


def add_source(unit, name="wire"):
    unit.sources.add(SourceSpec(name=name, url=f"https://{name}.example/"), now=NOW)
    source = unit.sources.get(name)
    assert source is not None
    return source.id


def test_the_state_of_a_list_is_remembered(database):
    with database.begin() as unit:
        source_id = add_source(unit)
        assert unit.link_lists.state(source_id) is None
        unit.link_lists.remember(source_id, {"seen": ["a"]})
        unit.link_lists.remember(source_id, {"seen": ["b"]})
    with database.read() as unit:
        assert unit.link_lists.state(source_id) == {"seen": ["b"]}


def test_known_and_passed_over_links_are_not_unknown(database):
    links = [f"https://wire.example/{number}" for number in range(1_200)]
    with database.begin() as unit:
        source_id = add_source(unit)
        entry = (links[0], "wire.example", Entry(url=links[0]))
        unit.entries.add(source_id, [entry], now=NOW)
        unit.link_lists.pass_over(source_id, links[1:1_100])
        unit.link_lists.pass_over(source_id, links[1:3])
    with database.read() as unit:
        unknown, passed = unit.link_lists.unknown(source_id, links)
    assert unknown == set(links[1_100:])
    assert passed == set(links[1:1_100])


def test_no_more_are_remembered_of_a_source_than_so_many(database, monkeypatch):
    monkeypatch.setattr(link_lists, "MOST_PASSED_OVER", 5)
    links = [f"https://wire.example/{number}" for number in range(8)]
    with database.begin() as unit:
        source_id = add_source(unit)
        unit.link_lists.pass_over(source_id, links[:3])
        unit.link_lists.pass_over(source_id, links[3:])
        assert unit.link_lists.unknown(source_id, links) == (set(links[5:]), set(links[:5]))


def test_another_address_has_another_list(database):
    with database.begin() as unit:
        source_id = add_source(unit)
        unit.link_lists.remember(source_id, {"seen": ["a"]})
        unit.link_lists.pass_over(source_id, ["https://wire.example/1"])
        spec = SourceSpec(name="wire", url="https://wire.example/", tags=("sea",))
        unit.sources.edit("wire", spec, now=NOW)
        assert unit.link_lists.state(source_id) is not None
        unit.sources.edit("wire", replace(spec, url="https://wire.example/map.xml"), now=NOW)
        assert unit.link_lists.state(source_id) is None
        found = unit.link_lists.unknown(source_id, ["https://wire.example/1"])
        assert found == ({"https://wire.example/1"}, set())


def test_what_one_source_passes_over_another_may_take(database):
    link = "https://wire.example/1"
    with database.begin() as unit:
        one, other = add_source(unit), add_source(unit, "post")
        unit.link_lists.pass_over(one, [link])
        assert unit.link_lists.unknown(other, [link]) == ({link}, set())
