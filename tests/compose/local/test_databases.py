"""The databases of a stack: when they need no migration, and when they get none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compose.local.backing import embedded
from compose.local.databases import are_up_to_date, prepare, stamp
from compose.local.places import Places
from compose.local.problem import Problem
from compose.local.topology import service_environment, service_named


def test_files_that_were_migrated_to_this_state_are_left_alone(tmp_path: Path) -> None:
    """Another currency or another file is another state."""
    places = Places(tmp_path)
    places.run.mkdir()
    file = tmp_path / "order.sqlite3"
    file.write_bytes(b"filled")
    addresses = [f"sqlite://{file}"]
    in_dollars = stamp(addresses, "USD")
    places.migrated.write_text(in_dollars)
    assert are_up_to_date(places, addresses, in_dollars)
    assert not are_up_to_date(places, addresses, stamp(addresses, "KRW"))
    assert not are_up_to_date(places, addresses, stamp([*addresses, "x"], "USD"))
    file.unlink()
    assert not are_up_to_date(places, addresses, in_dollars)


def test_what_is_no_file_is_asked_every_time(tmp_path: Path) -> None:
    """A server can have lost its data without our noticing."""
    places = Places(tmp_path)
    places.run.mkdir()
    addresses = ["postgres://localhost/order"]
    places.migrated.write_text(stamp(addresses, "USD"))
    assert not are_up_to_date(places, addresses, stamp(addresses, "USD"))


@pytest.mark.slow
def test_a_stock_in_dollars_is_not_prepared_in_won(tmp_path: Path) -> None:
    """The real commands refuse with a sentence, and every price stays as it is."""
    inventory = service_named("inventory")
    own = service_environment(inventory, tmp_path, 0, embedded(tmp_path, {}))
    dollars = {**os.environ, **own, "CURRENCY": "USD"}
    (tmp_path / "db").mkdir()
    prepare(inventory, dollars)
    before = (tmp_path / "db" / "inventory.sqlite3").read_bytes()
    with pytest.raises(Problem) as refused:
        prepare(inventory, {**dollars, "CURRENCY": "KRW"})
    assert "`manage inventory migrate` failed" in str(refused.value)
    assert "The database is in USD, and CURRENCY is KRW" in str(refused.value)
    assert (tmp_path / "db" / "inventory.sqlite3").read_bytes() == before
    prepare(inventory, dollars)
