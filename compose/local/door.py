"""A second address of a web server: what comes in is handed on, byte by byte.

The server sees the Host that the client named, so links and redirects stay at the
address at which it was asked. Listening on this machine only, it lets in nobody whom
the server would not.
"""

from __future__ import annotations

import asyncio
import contextlib

from common.conf.service import listen_host

CHUNK = 64 * 1024


async def handed_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """All of `source` is in `target`, and its end too."""
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(CHUNK):
            target.write(chunk)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()


class Door:
    """Answers at one port with what the server at another one says."""

    def __init__(self, host: str, target: int) -> None:
        """`target` is the server's port, on the same address."""
        self._host, self._target = host, target

    async def enter(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection, to its end; without a server it is closed at once."""
        try:
            inner = await asyncio.open_connection(self._host, self._target)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(
                handed_on(reader, inner[1]), handed_on(inner[0], writer)
            )
        finally:
            inner[1].close()
            writer.close()

    async def serve(self, port: int) -> None:
        """Stand open until the process ends."""
        server = await asyncio.start_server(self.enter, self._host, port)
        async with server:
            await server.serve_forever()


def stand_open(port: str, target: str) -> None:
    """Serve at `port` what is served at `target`, until told to stop."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(Door(listen_host(), int(target)).serve(int(port)))
