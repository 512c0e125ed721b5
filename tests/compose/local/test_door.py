"""A second address says what the first one does."""

from __future__ import annotations

import asyncio

from compose.local.door import Door
from tests.compose.local.conftest import free_port


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers at the end of what it was told, and closes."""
    said = await reader.read()
    writer.write(b"heard: " + said)
    await writer.drain()
    writer.close()


async def _asked(port: int, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def _through_the_door(target: int | None, text: bytes) -> bytes:
    """The answer at the door of a server, or of none."""
    door = free_port()
    inner = await asyncio.start_server(_echo, "127.0.0.1", target or 0)
    behind = inner.sockets[0].getsockname()[1] if target is None else free_port()
    outer = await asyncio.start_server(
        Door("127.0.0.1", behind).enter, "127.0.0.1", door
    )
    async with inner, outer:
        return await asyncio.wait_for(_asked(door, text), 10)


def test_what_comes_in_is_handed_on_and_back() -> None:
    """More than is read at a time, unchanged, and both ends are told."""
    text = b"x" * 300_000
    assert asyncio.run(_through_the_door(None, text)) == b"heard: " + text


def test_without_a_server_the_door_is_closed() -> None:
    """At once: nobody waits for what does not come."""
    assert asyncio.run(_through_the_door(free_port(), b"hello")) == b""
