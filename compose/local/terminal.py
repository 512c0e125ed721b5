"""What `up` shows while it works, and the table of `status`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence

from compose.local.watched import ProcessState


class Progress:
    """One line a phase; on a terminal, a line below it that changes."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._live = sys.stdout.isatty()

    def phase(self, text: str) -> None:
        """Print that a phase begins, and when."""
        self._wipe()
        print(f"[{self.seconds():5.1f} s] {text}", flush=True)

    def watch(self, complaints: Mapping[str, str]) -> None:
        """Show how many processes are healthy, and which are not yet."""
        if not self._live:
            return
        waiting = [name for name, text in complaints.items() if text]
        done = len(complaints) - len(waiting)
        text = f"{done} of {len(complaints)} healthy"
        if waiting:
            text += f", waiting for {', '.join(waiting)}"
        width = shutil.get_terminal_size().columns - 12
        self._wipe()
        print(f"{'':10}{text[:width]}", end="", flush=True)

    def end(self) -> None:
        """Leave the terminal's line empty."""
        self._wipe()

    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.started

    def _wipe(self) -> None:
        if self._live:
            print("\r\033[K", end="")


def table(states: Sequence[ProcessState]) -> str:
    """The processes, one a line, under a heading."""
    rows = [("name", "kind", "pid", "state", "port")]
    rows += [
        (found.name, found.kind, str(found.pid or "-"), found.state, str(found.port))
        for found in states
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
