"""What an operator does to dead letters, done by the services that have them.

Each writes it into its own audit trail, with the operator's name beside ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from common.log_pages.dead_letters import (
    LETTERS,
    MOST_REDRIVEN,
    Wanted,
    of_each,
    sentence,
)
from common.messaging.repairs import REDRIVABLE
from common.web import peers

# To a redrive belongs the handling of every message.
REDRIVE_LIMIT_S = 60.0
Names = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: letters tried and handled, sentences of what was refused."""

    tried: int = 0
    resolved: int = 0
    refused: tuple[str, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            tried=self.tried + other.tried,
            resolved=self.resolved + other.resolved,
            refused=self.refused + other.refused,
        )


def redrive(names: Names, *, by: str, reason: str) -> Outcome:
    """Try these letters again, and what waits behind them."""
    ids = _by_service(names)
    return _of_all(
        list(ids),
        lambda service: _redrive(service, {"letterIds": ids[service]}, by, reason),
    )


def redrive_all(wanted: Wanted, *, by: str, reason: str) -> Outcome:
    """Try those again that are wanted, the oldest of each service first."""
    if wanted.status not in {"", *REDRIVABLE}:
        return Outcome()
    narrow: dict[str, object] = {"limit": MOST_REDRIVEN}
    narrow |= {"key": wanted.key} if wanted.key else {}
    narrow |= {"status": wanted.status} if wanted.status else {}
    return _of_all(
        wanted.services, lambda service: _redrive(service, narrow, by, reason)
    )


def discard(names: Names, *, by: str, reason: str) -> Outcome:
    """Put these letters aside for good; what waits behind them goes on."""
    ids = _by_service(names)
    return _of_all(
        list(ids), lambda service: _discard(service, ids[service], by, reason)
    )


def _redrive(service: str, body: dict[str, object], by: str, reason: str) -> Outcome:
    said = {**body, "reason": reason}
    path = f"{LETTERS}/redrive"
    told = peers.post(service, path, said, by=by, timeout=REDRIVE_LIMIT_S)
    with peers.reading(service):
        return Outcome(
            tried=told["tried"],
            resolved=told["resolved"],
            refused=tuple(one["detail"] for one in told["refused"]),
        )


def _discard(service: str, ids: Sequence[str], by: str, reason: str) -> Outcome:
    done = Outcome()
    for letter_id in ids:
        path = f"{LETTERS}/{letter_id}/discard"
        try:
            peers.post(service, path, {"reason": reason}, by=by)
        except peers.Refused as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
            done += Outcome(refused=(sentence(error),))
        else:
            done += Outcome(tried=1, resolved=1)
    return done


def _of_all(services: Sequence[str], act: Callable[[str], Outcome]) -> Outcome:
    """What came of it in all of them; one that refuses does not stop the others."""
    told, silent = of_each(services, act)
    sentences = tuple(f"{service}: {why}" for service, why in silent.items())
    return sum(told.values(), start=Outcome(refused=sentences))


def _by_service(names: Names) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for service, letter_id in names:
        found.setdefault(service, []).append(letter_id)
    return found
