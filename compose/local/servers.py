"""The real database servers that the suite's groups run on, started when first used."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from common.conf.service import SERVICES
from compose.infra.backbone import Infra
from compose.infra.offsets import own_offset

# Django makes its test database beside the one that the address names.
NAMED = next(iter(SERVICES))


class Servers(Protocol):
    """Where a group's database is."""

    def missing(self, server: str) -> str:
        """Why this server can't be had here; empty when it can, or none is named."""

    def variables(self, server: str) -> dict[str, str]:
        """What tells Django where the server is, which runs then."""


class TestServers:
    """A context in which a server named once runs until the end, for all threads."""

    __test__ = False  # pytest takes the name for a test's

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._infra: Infra | None = None
        self._starting = threading.Lock()
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Nothing runs yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What was started is stopped, and its data gone."""
        if self._infra is not None:
            self._infra.down()
        if self._folder is not None:
            shutil.rmtree(self._folder)
        self._held.close()

    def missing(self, server: str) -> str:
        """Why this server can't be had here; empty when it can, or none is named."""
        if not server:
            return ""
        with self._starting:
            return self._started().missing([server]).get(server, "")

    def variables(self, server: str) -> dict[str, str]:
        """What tells Django where the server is, which runs then."""
        if not server:
            return {}
        with self._starting:
            infra = self._started()
            infra.up([server])
        url = infra.postgres.url if server == "postgres" else infra.mongodb.url
        return {"DATABASE_URL": url(NAMED)}

    def _started(self) -> Infra:
        if self._infra is None:
            # Not within the suite's own folder, which lets no other user in.
            self._folder = Path(tempfile.mkdtemp(prefix="saga-servers-"))
            offset = self._held.enter_context(own_offset("postgres", "mongodb"))
            self._infra = Infra(self._folder, offset)
        return self._infra
