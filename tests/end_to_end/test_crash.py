"""`kill -9` at random moments: nothing is lost, nothing is stored twice, no alert is missed.

Five runs of eleven kills, so that they spread over the processors. More: see `crashing`.
"""

import pytest

from tests.end_to_end import crashing


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", range(5))
def test_kills_at_random_moments_lose_nothing(tmp_path, seed):
    figures = crashing.run(tmp_path, kills=11, seed=seed)
    assert figures.hold, figures
