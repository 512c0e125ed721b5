"""The suite's tests know nothing of a stack that the shell is set up for."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.suite import clean_environment


def test_tests_do_not_see_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell set up for a running stack changes nothing for them."""
    monkeypatch.setenv("PORT_OFFSET", "100")
    monkeypatch.setenv("LOG_URL", "embedded:///somewhere")
    found = clean_environment(Path("/folder"))
    assert "PORT_OFFSET" not in found
    assert "LOG_URL" not in found
    assert found["STATE_DIR"] == "/folder/state"
    assert found["APP_PROFILE"] == "test"
