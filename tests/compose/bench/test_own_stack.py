"""The surroundings of the bench's own stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.bench.options import Options
from compose.bench.own_stack import clear, environment, new_folder
from compose.local.problem import Problem


def test_the_stack_gets_enough_stock_and_stays_in_its_own_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A log or a service of another stack that the shell names is not used."""
    monkeypatch.setenv("LOG_URL", "kafka://elsewhere")
    monkeypatch.setenv("PAYMENT_URL", "http://elsewhere")
    monkeypatch.setenv("APP_PROFILE", "production")
    monkeypatch.setenv("SOMETHING", "else")
    found = environment(101)
    assert found["SAMPLE_STOCK_SCALE"] == "101"
    assert found["APP_PROFILE"] == "demo"
    assert found["SOMETHING"] == "else"
    assert not {"LOG_URL", "PAYMENT_URL"} & set(found)


def test_the_state_is_made_where_it_was_asked_for(tmp_path: Path) -> None:
    """Each stack gets an empty folder of its own."""
    first, second = new_folder(tmp_path), new_folder(tmp_path)
    assert first != second
    assert first.parent == tmp_path
    assert list(first.iterdir()) == []


def test_a_place_where_no_folder_can_be_made_is_named(tmp_path: Path) -> None:
    """A Problem with exit code 2."""
    with pytest.raises(Problem, match="No folder for the state can be made") as raised:
        new_folder(tmp_path / "missing")
    assert raised.value.exit_code == 2


def test_the_state_goes_unless_it_is_to_be_kept(tmp_path: Path) -> None:
    """--keep leaves it and tells where it is."""
    told: list[str] = []
    state = new_folder(tmp_path)
    clear(state, Options(keep=True), told.append)
    assert state.is_dir()
    assert told == [f"kept: {state}"]
    clear(state, Options(), told.append)
    assert not state.exists()
    assert len(told) == 1
