"""`manage_all.py` itself, as a program."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import manage_all
from compose.local import cli
from compose.local.topology import repository


def run(*arguments: str, venv: Path) -> subprocess.CompletedProcess[str]:
    """One command with a virtual environment of its own."""
    return subprocess.run(
        [sys.executable, str(repository / "manage_all.py"), *arguments],
        env={**os.environ, "SAGA_VENV": str(venv)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_too_old_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence names what is needed and what there is."""
    monkeypatch.setattr(sys, "version_info", (3, 8, 1, "final", 0))
    code = manage_all.main()
    monkeypatch.undo()
    assert code == 2
    assert capsys.readouterr().err == (
        "manage_all.py: needs Python 3.11 or newer, and this is 3.8. "
        "Run it with a newer one, for example: python3.12 manage_all.py up\n"
    )


def test_an_old_python_can_read_the_file() -> None:
    """No syntax in it is younger than Python 3.4."""
    source = (repository / "manage_all.py").read_text()
    tree = ast.parse(source, feature_version=(3, 4))
    young = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, young)]


def test_help_and_mistakes_install_nothing(tmp_path: Path) -> None:
    """They are answered before any environment is made."""
    venv = tmp_path / "venv"
    helped, mistaken = run("--help", venv=venv), run("upp", venv=venv)
    assert (helped.returncode, helped.stdout) == (0, cli.help_text())
    assert mistaken.returncode == 2
    assert "There is no command 'upp'" in mistaken.stderr
    assert not venv.exists()
