"""CURRENCY is read once, loudly."""

from __future__ import annotations

import pytest

from common.conf.currency import currency
from common.conf.env import ConfigurationError
from common.contracts.money import KRW, USD, Currency


@pytest.mark.parametrize(("value", "meant"), [("", USD), ("USD", USD), ("KRW", KRW)])
def test_the_currency_is_dollars_or_won(
    monkeypatch: pytest.MonkeyPatch, value: str, meant: Currency
) -> None:
    """Dollars where nothing is said."""
    monkeypatch.setenv("CURRENCY", value)
    assert currency() is meant


@pytest.mark.parametrize("value", ["EUR", "krw", "₩"])
def test_any_other_currency_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """The sentence names the ones there are."""
    monkeypatch.setenv("CURRENCY", value)
    with pytest.raises(ConfigurationError) as refused:
        currency()
    assert str(refused.value) == (f"CURRENCY is {value!r}; it must be one of USD, KRW.")
