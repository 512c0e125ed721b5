"""A wrong value in the environment stops the process with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from common.conf.env import (
    ConfigurationError,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_str,
    env_url,
)


def said(read: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The sentence that reading fails with."""
    with pytest.raises(ConfigurationError) as caught:
        read(*args, **kwargs)
    return str(caught.value)


def test_what_is_required_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not set and empty are both said."""
    monkeypatch.delenv("SOME", raising=False)
    assert said(env_str, "SOME") == "SOME is not set; it is required."
    monkeypatch.setenv("SOME", "")
    assert said(env_str, "SOME") == "SOME is empty; it is required."


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is taken."""
    monkeypatch.setenv("SOME", "")
    assert env_str("SOME", "x") == "x"
    assert env_int("SOME", 3) == 3


@pytest.mark.parametrize("value", ["x", "1.5", "-1", "11"])
def test_numbers_have_bounds(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Variable, value and what is allowed, in one sentence."""
    monkeypatch.setenv("SOME", value)
    assert said(env_int, "SOME", maximum=10) == (
        f"SOME is {value!r}; it must be a whole number from 0 to 10."
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("YES", True), ("off", False), ("False", False)],
)
def test_booleans_are_read(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    """In any case."""
    monkeypatch.setenv("SOME", value)
    assert env_bool("SOME") is expected


def test_a_boolean_is_one_of_eight_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guessed."""
    monkeypatch.setenv("SOME", "maybe")
    assert "it must be one of 1, true, yes, on or 0" in said(env_bool, "SOME")
    monkeypatch.delenv("SOME")
    assert env_bool("SOME", default=True) is True


def test_choices_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them."""
    monkeypatch.setenv("SOME", "c")
    assert said(env_choice, "SOME", ["a", "b"]) == (
        "SOME is 'c'; it must be one of a, b."
    )


def test_lists_are_trimmed_and_never_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """By commas."""
    monkeypatch.setenv("SOME", " a, b,,")
    assert env_list("SOME") == ["a", "b"]
    monkeypatch.setenv("SOME", ", ,")
    assert "it must name at least one" in said(env_list, "SOME")


def test_addresses_name_the_schemes_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """And never show the address, which may hold a password."""
    monkeypatch.setenv("SOME_URL", "mysql://me:secret@db/x")
    sentence = said(env_url, "SOME_URL", schemes=["sqlite"])
    assert "'mysql'" in sentence
    assert "it must start with sqlite://" in sentence
    assert "secret" not in sentence


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """By their names."""
    monkeypatch.setenv("SECRET_KEY", "short")
    sentence = said(env_str, "SECRET_KEY", min_length=32)
    assert sentence == (
        "SECRET_KEY has a value that is not allowed (not shown here); "
        "it must have at least 32 characters."
    )
