"""Looking at the services at most once a second, however many people watch."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.web.peers import NoAnswer, Refused
from orchestrator_svc.playground.seen import Seen

EVERY_S = 1.0
RUNS_KEPT = 10
Asks = Callable[[], Mapping[str, Callable[[], Any]]]


@dataclass(slots=True)
class _Kept:
    turn: threading.Lock = field(default_factory=threading.Lock)
    values: dict[str, Any] = field(default_factory=dict)
    seen: Seen | None = None
    look_at: float = float("-inf")


class Lookout:
    """What was last seen of each of the latest runs; safe to ask from many threads."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        """`tick` tells seconds that only ever grow."""
        self._tick = tick
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._turn = threading.Lock()

    def look(self, run_id: str, asks: Asks) -> Seen:
        """What there is to see; where a service is silent, what it said before."""
        kept = self._of(run_id)
        with kept.turn:
            if kept.seen is None or self._tick() >= kept.look_at:
                kept.seen = _look(kept, asks())
                # After the looking: slow services must not be asked without a pause.
                kept.look_at = self._tick() + EVERY_S
            return kept.seen

    def _of(self, run_id: str) -> _Kept:
        with self._turn:
            kept = self._kept.setdefault(run_id, _Kept())
            self._kept.move_to_end(run_id)
            if len(self._kept) > RUNS_KEPT:
                self._kept.popitem(last=False)
            return kept


def _look(kept: _Kept, asks: Mapping[str, Callable[[], Any]]) -> Seen:
    silent: dict[str, None] = {}
    for name, ask in asks.items():
        try:
            kept.values[name] = ask()
        except (NoAnswer, Refused) as error:
            silent[error.service] = None
    return Seen(**kept.values, silent=tuple(silent))
