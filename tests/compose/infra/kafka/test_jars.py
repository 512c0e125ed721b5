"""The broker's jars are the pinned ones or none."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from compose.infra.kafka import jars
from compose.local.problem import Problem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two jars, both pinned."""
    pinned = tmp_path / "jars.sha256"
    lines = []
    for name in ("a.jar", "b.jar"):
        (tmp_path / name).write_bytes(name.encode())
        lines.append(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n")
    pinned.write_text("".join(lines))
    monkeypatch.setattr(jars, "PINNED", pinned)
    return tmp_path


def test_the_pinned_jars_are_taken(folder: Path) -> None:
    """Byte for byte the same: nothing is said."""
    jars.check(folder)


@pytest.mark.parametrize("odd", ["changed", "missing", "extra"])
def test_any_other_set_of_jars_is_refused(folder: Path, odd: str) -> None:
    """The jar that differs is named."""
    path = folder / ("c.jar" if odd == "extra" else "b.jar")
    if odd == "missing":
        path.unlink()
    else:
        path.write_bytes(b"not what was pinned")
    with pytest.raises(Problem, match=rf"names: {path.name}\. Nothing was installed"):
        jars.check(folder)


def test_another_pin_is_another_folder(folder: Path) -> None:
    """A newer broker is not mistaken for the one that is there."""
    before = jars.folder()
    jars.PINNED.write_text("")
    assert jars.folder() != before
