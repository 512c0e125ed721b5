"""A process without a port says in a file that it lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.pulse import Pulse, complaint, pulse_file


class Clock:
    """Time stands still until it is set."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """At the thousandth second."""
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file in a folder that is not there yet."""
    return tmp_path / "run" / "worker.pulse"


def test_a_pulse_is_not_of_the_future(path: Path, clock: Clock) -> None:
    """Whoever looks within the same millisecond finds it well."""
    clock.now = 1_000.0006
    Pulse(path, clock).beat()
    assert complaint(path, 60, clock=clock) == ""


def test_a_process_that_works_is_well(path: Path, clock: Clock) -> None:
    """Alive, and at its work."""
    Pulse(path, clock).beat()
    clock.now += 60
    assert complaint(path, 60, clock=clock) == ""
    assert complaint(path, 60, must_work=True, clock=clock) == ""


def test_a_silent_process_is_not(path: Path, clock: Clock) -> None:
    """The sentence tells how long, and how long it may."""
    Pulse(path, clock).beat()
    clock.now += 61
    said = "the last pulse is 61 s old, and 60 s are allowed"
    assert complaint(path, 60, clock=clock) == said


def test_a_pulse_of_the_future_is_none(path: Path, clock: Clock) -> None:
    """A clock that was set back does not keep a hanging process well."""
    Pulse(path, clock).beat()
    clock.now -= 10
    assert "-10 s old" in complaint(path, 60, clock=clock)


def test_a_process_that_waits_lives_and_does_not_work(path: Path, clock: Clock) -> None:
    """What it waits for is the complaint."""
    pulse = Pulse(path, clock)
    pulse.beat()
    pulse.beat("waiting: the log is away")
    assert complaint(path, 60, clock=clock) == ""
    waits = complaint(path, 60, must_work=True, clock=clock)
    assert waits == "waiting: the log is away"


def test_a_process_that_has_not_begun_says_nothing(path: Path) -> None:
    """Its file is named."""
    assert complaint(path, 60).startswith(f"there is no pulse in {path}")


def test_what_is_no_pulse_is_called_so(path: Path) -> None:
    """Another's file, or half a one."""
    path.parent.mkdir()
    path.write_text("nonsense")
    assert complaint(path, 60) == f"{path} holds no pulse"


def test_a_busy_process_writes_once_a_second(path: Path, clock: Clock) -> None:
    """Thirty turns a second cost one write; news is written at once."""
    pulse = Pulse(path, clock)
    pulse.beat()
    path.unlink()
    clock.now += 0.9
    pulse.beat()
    assert not path.exists()
    pulse.beat("waiting")
    assert path.read_text().endswith("waiting")
    clock.now += 1
    path.unlink()
    pulse.beat("waiting")
    assert path.exists()


def test_a_pulse_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """It does not pass in silence."""
    (tmp_path / "run").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="run"):
        Pulse(tmp_path / "run" / "worker.pulse").beat()


def test_the_file_is_in_the_state_dir(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the worker's name."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    assert pulse_file("order-worker-1") == tmp_path / "run" / "order-worker-1.pulse"
