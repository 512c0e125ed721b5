"""The customer's time to pay, as the environment says it."""

from __future__ import annotations

import pytest

from common.conf import payments
from common.conf.env import ConfigurationError

NAME = "TOSS_CONFIRM_WITHIN_S"


def test_a_customer_has_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing else is said."""
    monkeypatch.delenv(NAME, raising=False)
    assert payments.confirm_within() == 600


def test_it_can_be_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whole seconds."""
    monkeypatch.setenv(NAME, "90")
    assert payments.confirm_within() == 90


@pytest.mark.parametrize("value", ["4", "-1", "ten"])
def test_nobody_pays_in_no_time(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Less than five seconds is a mistake, and is called one."""
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ConfigurationError, match=NAME):
        payments.confirm_within()
