"""How a stack was started: whoever looks at it later finds it as it runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from common.contracts.money import USD
from compose.local.backing import EMBEDDED

MAX_WORKERS = 16


@dataclass(frozen=True, slots=True)
class Started:
    """What was asked for: where, on what, how many workers a service, which money."""

    port_offset: int = 0
    kind: str = EMBEDDED
    workers: int = 1
    currency: str = USD.code

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """What the file says; None where nothing was started."""
        return cls(**json.loads(path.read_text())) if path.is_file() else None

    def write(self, path: Path) -> None:
        """Keep it in the file."""
        path.write_text(json.dumps(asdict(self)))
