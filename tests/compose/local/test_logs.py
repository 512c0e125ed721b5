"""Reading logs from their end, and following them."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.logs import BLOCK, Follower, follow, last_lines


@pytest.mark.parametrize(("count", "expected"), [(0, []), (2, ["b", "c"]), (9, None)])
def test_the_last_lines(tmp_path: Path, count: int, expected: list[str] | None) -> None:
    """As many as asked for, or all there are."""
    path = tmp_path / "a.log"
    path.write_text("a\nb\nc\n")
    assert last_lines(path, count) == (
        ["a", "b", "c"] if expected is None else expected
    )


def test_the_last_lines_of_a_big_file(tmp_path: Path) -> None:
    """A file of several blocks gives the same as if it were read whole."""
    path = tmp_path / "a.log"
    lines = [f"line {number} {'é' * 50}" for number in range(BLOCK // 20)]
    path.write_text("\n".join(lines) + "\n")
    assert last_lines(path, 1000) == lines[-1000:]


def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    """A process that never ran wrote nothing."""
    assert last_lines(tmp_path / "no.log", 5) == []


def test_a_follower_gives_whole_lines_once(tmp_path: Path) -> None:
    """What was there before is left out, half a line waits for its end."""
    path = tmp_path / "a.log"
    path.write_text("old\n")
    follower = Follower(path)
    with path.open("a") as file:
        file.write("new\nhal")
    assert follower.new_lines() == ["new"]
    with path.open("a") as file:
        file.write("f\n")
    assert follower.new_lines() == ["half"]
    assert follower.new_lines() == []


def test_a_follower_goes_on_after_rotation(tmp_path: Path) -> None:
    """The new file is read from its beginning."""
    path = tmp_path / "a.log"
    path.write_text("old\n")
    follower = Follower(path)
    path.rename(tmp_path / "a.log.1")
    assert follower.new_lines() == []
    path.write_text("first of the new file\n")
    assert follower.new_lines() == ["first of the new file"]


def test_following_tells_whose_line_it_is(tmp_path: Path) -> None:
    """Lines of several files come with their paths."""
    one, two = tmp_path / "one.log", tmp_path / "two.log"
    one.touch()
    two.touch()
    lines = follow([one, two], every=0)
    one.write_text("to be rotated\n")
    assert next(lines) == (one, "to be rotated")
    two.write_text("hello\n")
    assert next(lines) == (two, "hello")
