"""Pages of one publisher stay together, and where they were."""

import pytest

from bench.extraction import part_of
from bench.publishers import dealt, publisher_of


@pytest.mark.parametrize(
    ("truth", "publisher"),
    [
        ({"id": "1", "domain": "www.outlet.example"}, "outlet"),
        ({"id": "2", "domain": "outlet.example"}, "outlet"),
        ({"id": "3", "domain": "intranet"}, "intranet"),
        ({"id": "4"}, "daily:4"),
        ({"id": "5", "domain": ""}, "daily:5"),
    ],
)
def test_the_publisher_is_the_name_in_the_domain(truth, publisher):
    assert publisher_of(truth, "daily") == publisher


def test_publishers_stay_where_they_were_dealt():
    names = [f"outlet{number}" for number in range(8)]
    assert [dealt(name, 4) for name in names] == [0, 0, 1, 3, 2, 2, 0, 2]
    assert [dealt(name, 4, "again") for name in names] == [0, 1, 0, 1, 3, 3, 0, 3]
    parts = [part_of({"id": "1", "domain": f"{name}.example"}, "daily") for name in names]
    assert parts == ["train", "train", "check", "train", "train", "check", "check", "train"]
