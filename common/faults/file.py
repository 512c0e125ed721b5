"""The faults that are on in a service, in one small file that its processes share.

A file and not a table: a strike is counted before it happens, and must stay counted
when the transaction around it is rolled back, when the process dies of it, and when
the database is what fails. The same on every stack, and it waits for no lock of one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from common import clock
from common.faults.record import Fault
from common.storage.turn import turn_on

_decoder = msgspec.json.Decoder(list[Fault])


class FaultFile:
    """Faults on disk: read without a lock, changed in turn, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        """`path` need not be there, nor its folder."""
        self.path = path

    def read(self) -> list[Fault]:
        """Those that may strike somebody new, oldest first."""
        now = clock.now()
        return [fault for fault in self.remembered() if fault.is_on(now)]

    def remembered(self) -> list[Fault]:
        """Those, and the used-up ones that strike again whom they have struck."""
        try:
            written = self.path.read_bytes()
        except FileNotFoundError:
            return []
        now = clock.now()
        return [fault for fault in _decoder.decode(written) if not fault.is_over(now)]

    def add(self, fault: Fault) -> None:
        """Turn it on."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with turn_on(str(self.path)):
            self._write([*self.remembered(), fault])

    def remove(self, fault_id: str | None = None) -> list[Fault]:
        """Turn off the one of this id, or all; return what was on."""
        if not self.path.exists():
            return []
        with turn_on(str(self.path)):
            known = self.remembered()
            gone = [one for one in known if fault_id in (None, one.fault_id)]
            self._write([one for one in known if one not in gone])
        now = clock.now()
        return [one for one in gone if one.is_on(now)]

    def take(self, fault_id: str, whom: str = "") -> bool:
        """Count a strike for good, if the fault has one left; only then True.

        Who is struck again by name has had theirs counted.
        """
        if not self.path.exists():
            return False
        with turn_on(str(self.path)):
            known = {one.fault_id: one for one in self.remembered()}
            fault = known.get(fault_id)
            if fault is None or fault.has_struck(whom):
                return fault is not None
            if fault.times == 0:
                return False
            known[fault_id] = fault.after_striking(whom)
            self._write([one for one in known.values() if one.times or one.struck])
        return True

    def _write(self, faults: Sequence[Fault]) -> None:
        """Replace the file by one with these, on disk when it returns."""
        if faults:
            draft = self.path.with_suffix(".draft")
            with draft.open("wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(faults)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        else:
            self.path.unlink(missing_ok=True)
        _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    """What was renamed or deleted in it is so after a power cut, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
