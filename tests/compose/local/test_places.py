"""STATE_DIR: made, refused, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.lock import only_one
from compose.local.places import LONGEST_SOCKET_PATH, Places
from compose.local.problem import Problem


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Here: a file where a directory should be, which stops root too."""
    (tmp_path / "file").touch()
    places = Places(tmp_path / "file" / "state")
    with pytest.raises(Problem) as caught:
        places.make()
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(f"STATE_DIR {places.root} can't be written")


@pytest.mark.parametrize("sign", ['"', "?", "#", ";", "%"])
def test_a_path_that_no_address_can_hold_is_refused(tmp_path: Path, sign: str) -> None:
    """The sign is named, nothing is made."""
    places = Places(tmp_path / f"a{sign}b")
    with pytest.raises(Problem, match="Use a path without it"):
        places.make()
    assert not places.root.exists()


def test_only_what_the_stack_made_is_removed(tmp_path: Path) -> None:
    """A file of somebody else stays, and the directory with it."""
    places = Places(tmp_path)
    places.make()
    (tmp_path / "secret_key").touch()
    (tmp_path / "notes.txt").touch()
    parts = ["db", "log", "broker", "logs", "run", "toss", "faults"]
    assert places.remove() == parts
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_directory_of_the_stack_alone_is_gone_after_removal(tmp_path: Path) -> None:
    """Nothing is left of it."""
    places = Places(tmp_path / "state")
    places.make()
    places.remove()
    assert not places.root.exists()


def test_a_directory_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    """Without the mark of `up` nothing is removed, however alike it looks."""
    (tmp_path / "db").mkdir()
    with pytest.raises(Problem, match="was not made by `up`"):
        Places(tmp_path).remove()
    assert (tmp_path / "db").is_dir()


def test_a_link_to_another_place_is_not_followed(tmp_path: Path) -> None:
    """Its target keeps its files."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    places = Places(tmp_path / "state")
    places.make()
    (places.root / "db").rmdir()
    (places.root / "db").symlink_to(elsewhere)
    with pytest.raises(Problem, match="is a link to another place"):
        places.remove()
    assert (elsewhere / "precious").exists()


def test_the_socket_path_is_short_and_always_the_same(tmp_path: Path) -> None:
    """A long STATE_DIR has it elsewhere, another one has another."""
    long, other = tmp_path / ("a" * 90), tmp_path / ("b" * 90)
    assert len(str(Places(long).socket)) <= LONGEST_SOCKET_PATH
    assert Places(long).socket == Places(long).socket
    assert Places(long).socket != Places(other).socket


def test_two_commands_do_not_change_one_stack(tmp_path: Path) -> None:
    """The second is told of the first, and may go on after it."""
    path = tmp_path / "lock"
    second = pytest.raises(Problem, match="Another command is at work")
    with only_one(path), second, only_one(path):
        pass
    with only_one(path):
        pass
