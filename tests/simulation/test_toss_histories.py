"""Whatever happens between us and Toss, its books, ours and the orders agree.

A failing seed tells its story: run it alone with `-k "toss and [SEED]"`.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.simulation.faults import Faults, drawn
from tests.simulation.test_histories import run_history
from tests.simulation.world import Paying

pytestmark = pytest.mark.django_db(databases="__all__")

AT_TOSS = (Paying.WINDOW, Paying.BILLED)


@pytest.mark.parametrize("seed", range(300))
def test_a_seeded_history_at_toss_ends_with_all_books_right(seed: int) -> None:
    """Customers of all habits, a bad line, nothing saved, crashes between any two."""
    run_history(seed, drawn(Random(seed)), AT_TOSS[seed % 2])  # noqa: S311
