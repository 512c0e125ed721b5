"""Percentiles and CPU a saga."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compose.bench.figures import Latency, latency, per_saga, percentile


def test_percentiles_are_values_that_were_measured() -> None:
    """Nearest rank: of 1 to 100 the 95th percentile is 95."""
    ordered = [float(n) for n in range(1, 101)]
    assert [percentile(ordered, share) for share in (50, 95, 99, 100)] == [
        50.0,
        95.0,
        99.0,
        100.0,
    ]


def test_few_measurements_give_the_next_higher_one() -> None:
    """The 95th percentile of three is the largest, the median the middle one."""
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert percentile([1.0, 2.0, 3.0], 95) == 3.0
    assert percentile([7.0], 50) == 7.0


def test_no_measurement_has_no_percentile() -> None:
    """An empty list is an error, not a zero."""
    with pytest.raises(ValueError, match="No percentile without a measurement"):
        percentile([], 50)


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 100))
def test_so_many_values_are_not_above_the_percentile(
    values: list[float], share: float
) -> None:
    """At least `share` percent of all are at or below it, and it is one of them."""
    found = percentile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share / 100 * len(values)


def test_latency_is_in_milliseconds_and_counts() -> None:
    """Unsorted seconds come out as sorted milliseconds."""
    assert latency([0.003, 0.001, 0.002]) == Latency(2.0, 3.0, 3.0, 3)


def test_cpu_is_shared_out_over_the_sagas() -> None:
    """Two seconds over a thousand sagas are two milliseconds each."""
    before, after = {"web": 1.0, "worker": 3.0}, {"web": 1.5, "worker": 5.0}
    assert per_saga(before, after, 1000) == {"web": 0.5, "worker": 2.0}
