"""What a failed installation is called."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compose.local.installer import install, reason
from compose.local.problem import Problem
from compose.local.topology import repository

LOCK = Path("base.txt")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "ERROR: Could not install packages: [Errno 28] No space left on device",
            "There is no space left for the packages.",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "A package is not the one that base.txt was written for",
        ),
        (
            "WARNING: NewConnectionError()\nERROR: No matching distribution found",
            "The packages can't be downloaded: no network,",
        ),
        (
            "ERROR: No matching distribution found for celery==5",
            "A package has no build for this Python and machine.",
        ),
        (
            "Traceback\nERROR: something new",
            "pip could not install base.txt: something new",
        ),
    ],
)
def test_the_reason_is_a_sentence(said: str, sentence: str) -> None:
    """Each kind of failure is known by what pip says of it."""
    assert reason(said, LOCK).startswith(sentence)


def test_no_network_is_recognised_in_what_pip_really_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real pip with an index that nobody serves."""
    lock = tmp_path / "base.txt"
    lock.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Problem, match="no network") as caught:
        install(Path(sys.executable), lock)
    assert caught.value.exit_code == 2


def test_progress_is_no_part_of_the_result(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A real pip: what was asked for with --json is JSON all the same."""
    lock = tmp_path / "none.txt"
    lock.touch()
    install(Path(sys.executable), lock)
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith("Installing 0 packages of none.txt ...")


def test_the_locks_name_hashes_and_no_place() -> None:
    """Every package is pinned and hashed; where it comes from is pip's affair."""
    for name in ("base.txt", "dev.txt"):
        text = (repository / "requirements" / name).read_text()
        packages = text.count("==")
        assert packages > 0
        assert text.count("--hash=sha256:") >= packages
        assert "://" not in text
        assert "--index" not in text
