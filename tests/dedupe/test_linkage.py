"""Average linkage."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.linkage import APART, linked


def square(count: int, pairs: dict[tuple[int, int], float]) -> list[list[float]]:
    rows = [[0.0] * count for _ in range(count)]
    for (one, other), value in pairs.items():
        rows[one][other] = rows[other][one] = value
    return rows


def test_a_chain_is_not_one_group():
    chain = square(4, {(0, 1): 0.9, (1, 2): 0.8, (2, 3): 0.9})
    assert linked(chain, [1] * 4, 0.25) == [0, 0, 2, 2]


def test_a_group_counts_by_its_size():
    rows = square(2, {(0, 1): 0.3})
    assert linked(rows, [9, 1], 0.3) == [0, 0]
    rows = square(3, {(0, 1): 0.5, (0, 2): 0.4, (1, 2): 0.0})
    assert linked(rows, [9, 1, 1], 0.35) == [0, 0, 0]
    assert linked(rows, [1, 1, 1], 0.35) == [0, 0, 2]


def test_what_is_apart_stays_apart_whatever_joins_it():
    rows = square(3, {(0, 1): APART, (0, 2): 0.9, (1, 2): 0.9})
    assert linked(rows, [1, 1, 50], 0.1) in ([0, 1, 0], [0, 1, 1])


def naive(rows: list[list[float]], least: float) -> set[frozenset[int]]:
    groups = [[number] for number in range(len(rows))]

    def mean(one: list[int], other: list[int]) -> float:
        return sum(rows[a][b] for a in one for b in other) / (len(one) * len(other))

    while len(groups) > 1:
        pairs = [
            (mean(one, other), -i, -j)
            for i, one in enumerate(groups)
            for j, other in enumerate(groups[:i])
        ]
        best, i, j = max(pairs)
        if best < least:
            break
        groups[-j] += groups.pop(-i)
    return set(map(frozenset, groups))


@given(
    st.integers(2, 9).flatmap(lambda n: st.lists(st.floats(0, 1), min_size=n * n, max_size=n * n))
)
def test_it_finds_what_comparing_everything_finds(values):
    count = int(len(values) ** 0.5)
    rows = square(
        count,
        {
            (i, j): values[i * count + j] + (i * count + j) * 1e-7
            for i in range(count)
            for j in range(i)
        },
    )
    group = linked(rows, [1] * count, 0.5)
    found = {frozenset(item for item in range(count) if group[item] == name) for name in set(group)}
    assert found == naive(rows, 0.5)
