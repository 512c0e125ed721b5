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
        """Those that may strike now, oldest first."""
        try:
            written = self.path.read_bytes()
        except FileNotFoundError:
            return []
        now = clock.now()
        return [fault for fault in _decoder.decode(written) if fault.is_on(now)]

    def add(self, fault: Fault) -> None:
        """Turn it on."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with turn_on(str(self.path)):
            self._write([*self.read(), fault])

    def remove(self, fault_id: str | None = None) -> list[Fault]:
        """Turn off the one of this id, or all; return what was on."""
        if not self.path.exists():
            return []
        with turn_on(str(self.path)):
            known = self.read()
            gone = [one for one in known if fault_id in (None, one.fault_id)]
            self._write([one for one in known if one not in gone])
        return gone

    def take(self, fault_id: str) -> bool:
        """Count a strike for good, if the fault has one left; only then True."""
        if not self.path.exists():
            return False
        with turn_on(str(self.path)):
            known = self.read()
            mine = [one for one in known if one.fault_id == fault_id]
            if not mine:
                return False
            rest = [one.struck() if one in mine else one for one in known]
            self._write([one for one in rest if one.times != 0])
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
