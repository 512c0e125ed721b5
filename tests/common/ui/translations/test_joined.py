"""Every word of the screens is there in Korean, and the catalog is of today."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common.conf.profile import REPOSITORY
from common.ui.translations import joined
from common.ui.translations.catalog import BadEntry, Message
from common.ui.translations.sources import used

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
# What is the same in both languages.
SAME = {"UTC"}


def test_every_message_has_its_korean() -> None:
    """Add it to a part, and run `just messages`."""
    lacking = {message.single: places for message, places in joined.missing("ko")}
    assert lacking == {}


def test_nothing_is_translated_that_nobody_says() -> None:
    """Whoever takes a message out takes its translation out."""
    said = used(REPOSITORY)
    left = [one.single for one in joined.catalog("ko") if one not in said]
    assert left == []


def test_the_catalog_is_what_the_parts_say() -> None:
    """Run `just messages`."""
    assert (joined.folder("ko") / "django.mo").read_bytes() == joined.binary("ko")


def test_placeholders_are_the_same() -> None:
    """One more, or another, would fail when it is shown."""
    for message, said in joined.catalog("ko").items():
        wanted = sorted(PLACEHOLDER.findall(message.plural or message.single))
        for text in said:
            assert sorted(PLACEHOLDER.findall(text)) == wanted, message.single


def test_korean_is_korean() -> None:
    """No message was only copied."""
    copied = [
        message.single
        for message, said in joined.catalog("ko").items()
        if not re.search("[가-힣]", said[0]) and re.search("[a-z]{3}", said[0])
    ]
    assert set(copied) <= SAME


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of parts, and sources that say one thing."""
    monkeypatch.setattr(joined, "LOCALES", tmp_path)
    monkeypatch.setattr(joined, "used", lambda root: {Message("Save"): ["a.html"]})
    folder = tmp_path / "ko" / "LC_MESSAGES" / "parts"
    folder.mkdir(parents=True)
    return folder


def test_the_command_writes_the_catalog_and_names_what_is_missing(parts: Path) -> None:
    """Exit code 1 until all is there."""
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 translations"):
        call_command("join_translations", stdout=said)
    assert said.getvalue() == "ko lacks 'Save' (a.html)\n"
    (parts / "a.po").write_text('msgid "Save"\nmsgstr "저장"\n')
    call_command("join_translations")
    assert "저장".encode() in (parts.parent / "django.mo").read_bytes()


def test_two_parts_may_say_the_same_but_not_two_things(parts: Path) -> None:
    """Which of them counted would be an accident."""
    (parts / "a.po").write_text('msgid "Save"\nmsgstr "저장"\n')
    (parts / "b.po").write_text('msgid "Save"\nmsgstr "저장"\n')
    assert joined.catalog("ko") == {Message("Save"): ("저장",)}
    (parts / "b.po").write_text('msgid "Save"\nmsgstr "구하기"\n')
    with pytest.raises(CommandError, match=r"b\.po"):
        call_command("join_translations")
    with pytest.raises(BadEntry, match="elsewhere"):
        joined.catalog("ko")
