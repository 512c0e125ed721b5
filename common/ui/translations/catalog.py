"""The format of gettext: entries as people write them, and as programs read them."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

MAGIC = 0x950412DE
HEAD = struct.Struct("<7I")
PLACE = struct.Struct("<2I")
KEYWORDS = ("msgctxt", "msgid", "msgid_plural", "msgstr")


class Message(NamedTuple):
    """What is translated; `plural` where a number decides."""

    single: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """How a catalog names it."""
        text = f"{self.single}\0{self.plural}" if self.plural else self.single
        return f"{self.context}\4{text}" if self.context else text


Catalog = Mapping[Message, tuple[str, ...]]


class BadEntry(ValueError):
    """A part is not as it should be; the argument says where and why."""


def read(text: str, name: str = "") -> dict[Message, tuple[str, ...]]:
    """The entries of a part. Raises BadEntry."""
    found: dict[Message, tuple[str, ...]] = {}
    for number, lines in _blocks(text):
        message, said = _entry(lines, f"{name}:{number}")
        if message in found:
            raise BadEntry(f"{name}:{number}: {message.single!r} is there twice")
        found[message] = said
    return found


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between empty ones, without comments, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        if stripped:
            block.append(stripped)
        elif block:
            yield number - len(block), block
            block = []


def _entry(lines: list[str], place: str) -> tuple[Message, tuple[str, ...]]:
    fields: dict[str, str] = {}
    current = ""
    for line in lines:
        if not line.startswith('"'):
            current, _, line = line.partition(" ")  # noqa: PLW2901 - what is left of it
            if current.partition("[")[0] not in KEYWORDS or current in fields:
                raise BadEntry(f"{place}: {current!r} does not belong here")
            fields[current] = ""
        fields[current] += _unquoted(line, place)
    said = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
    if not fields.get("msgid") or not said or not all(said):
        raise BadEntry(f"{place}: an entry needs a msgid and a msgstr")
    plural, context = fields.get("msgid_plural", ""), fields.get("msgctxt", "")
    return Message(fields["msgid"], plural, context), said


def _unquoted(text: str, place: str) -> str:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise BadEntry(f"{place}: {text!r} is no text in quotes")
    return value


def compiled(catalog: Catalog, language: str, plural_forms: str) -> bytes:
    """The catalog as gettext reads it (.mo); the same entries give the same bytes."""
    head = (
        f"Language: {language}\nContent-Type: text/plain; charset=UTF-8\n"
        f"Plural-Forms: {plural_forms}\n"
    )
    texts = {"": head}
    texts |= {message.key: "\0".join(said) for message, said in catalog.items()}
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    count = len(pairs)
    originals, translations = HEAD.size, HEAD.size + count * PLACE.size
    start = translations + count * PLACE.size
    head_of_file = HEAD.pack(MAGIC, 0, count, originals, translations, 0, start)
    tables, body = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += PLACE.pack(len(pair[side]), start + len(body))
            body += pair[side] + b"\0"
    return head_of_file + tables[0] + tables[1] + body
