"""The dead letters of all services, as each tells of its own over HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.utils.translation import gettext as _

from common.contracts.topics import SERVICES
from common.messaging.models import OPEN_STATUSES, LetterStatus
from common.messaging.presentation import Content, content_of
from common.web import peers
from common.web.converters import is_id

T = TypeVar("T")

LETTERS = "/api/messages/dead-letters"
PAGE = 50
MOST_REDRIVEN = 200

_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="letters")


class Letter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A dead letter; its payload is asked for separately."""

    letter_id: str
    message_id: str
    topic: str
    source: str
    key: str
    type: str
    status: str
    attempts: int
    error: str
    next_try_at: datetime | None
    created_at: datetime
    updated_at: datetime
    headers: dict[str, str] = {}
    trace: str = ""
    service: str = ""

    @property
    def name(self) -> str:
        """What names it among the letters of all services."""
        return f"{self.service}:{self.letter_id}"

    @property
    def address(self) -> str:
        """Its own page."""
        return f"/log/dead-letters/{self.service}/{self.letter_id}"

    @property
    def place(self) -> str:
        """The page of the record that it was, if the log still has it."""
        topic, partition, offset = self.source.rsplit("/", 2)
        return f"/log/topics/{topic}/{partition}/{offset}"

    @property
    def story(self) -> str:
        """The page of the order it is about; nothing where there is none."""
        return f"/orders/{self.key}" if is_id(self.key) else ""

    @property
    def is_open(self) -> bool:
        """Something is still to become of it."""
        return self.status in OPEN_STATUSES

    @property
    def no_redrive(self) -> str:
        """Why it can't be redriven; nothing where it can."""
        if self.status == LetterStatus.HELD:
            return _(
                "It waits behind an earlier message of the same order: redrive or "
                "discard that one."
            )
        return self.no_discard

    @property
    def no_discard(self) -> str:
        """Why it can't be discarded; nothing where it can."""
        if self.is_open:
            return ""
        return _("It is closed: there is nothing left to do.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which letters; what is not said narrows nothing."""

    service: str = ""
    status: str = ""
    key: str = ""
    before: str = ""

    @property
    def services(self) -> Sequence[str]:
        """Who is asked."""
        return (self.service,) if self.service else SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Letters of all services, newest first; `counts` are by service and status.

    `older` is the letter before which the next ones are; `silent` is why services told
    nothing.
    """

    letters: Sequence[Letter]
    counts: Mapping[str, Mapping[str, int]]
    older: str
    silent: Mapping[str, str]

    @property
    def by_status(self) -> Mapping[str, int]:
        """How many there are of each status in all services."""
        total: Counter[str] = Counter()
        for counts in self.counts.values():
            total.update(counts)
        return total

    @property
    def open_by_service(self) -> Mapping[str, int]:
        """How many of each service something is still to become of."""
        return {
            service: sum(counts.get(status, 0) for status in OPEN_STATUSES)
            for service, counts in self.counts.items()
        }


def pile(wanted: Wanted) -> Pile:
    """The letters wanted, of every service that answers; all are asked at once."""
    told, silent = of_each(SERVICES, lambda service: _told_by(service, wanted))
    merged = sorted(
        (letter for letters, _ in told.values() for letter in letters),
        key=lambda letter: letter.letter_id,
        reverse=True,
    )
    return Pile(
        letters=merged[:PAGE],
        counts={service: counts for service, (_, counts) in told.items()},
        older=merged[PAGE - 1].letter_id if len(merged) > PAGE else "",
        silent=silent,
    )


def counts(wanted: Wanted) -> dict[str, dict[str, int]]:
    """How many there are by service and status, of every service that answers."""
    told, _silent = of_each(wanted.services, lambda service: _counts(service, wanted))
    return told


def letter(service: str, letter_id: str) -> Letter:
    """One letter with headers and trace. Raises NoAnswer, Refused."""
    path, asked = f"{LETTERS}/{letter_id}", {"content": "false"}
    told = peers.get(service, path, asked)
    with peers.reading(service):
        return _read(service, told)


def content(service: str, letter_id: str) -> Content:
    """What a letter says, for the eye. Raises NoAnswer, Refused."""
    return content_of(value(service, letter_id))


def value(service: str, letter_id: str) -> bytes:
    """What a letter says, byte by byte. Raises NoAnswer, Refused."""
    return peers.content(service, f"{LETTERS}/{letter_id}/value")


def sentence(error: peers.NoAnswer | peers.Refused) -> str:
    """Why a service did not do or tell what it was asked, in the reader's language."""
    if error.status in peers.NOT_US:
        said = _(
            "It does not let us in: %s_URL must name a user there who may do this."
        )
        return said % error.service.upper()
    if isinstance(error, peers.NoAnswer) and not error.status:
        if error.is_late:
            return _("It does not answer in time.")
        return _("It can't be reached: %s") % error.detail
    return error.detail[:500] or _("It answers with status %d.") % error.status


def of_each(
    services: Sequence[str], question: Callable[[str], T]
) -> tuple[dict[str, T], dict[str, str]]:
    """What each service answers, asked at the same time, and why others do not."""
    asked = {
        # In the story of this request.
        service: _threads.submit(copy_context().run, question, service)
        for service in services
    }
    told: dict[str, T] = {}
    silent: dict[str, str] = {}
    for service, answer in asked.items():
        try:
            told[service] = answer.result()
        except (peers.NoAnswer, peers.Refused) as error:
            silent[service] = sentence(error)
    return told, silent


def _told_by(service: str, wanted: Wanted) -> tuple[list[Letter], dict[str, int]]:
    """A page of a service's letters, none where others are wanted, and its counts."""
    numbers = _counts(service, wanted)
    if service not in wanted.services:
        return [], numbers
    query = {
        "key": wanted.key,
        "status": wanted.status,
        "before": wanted.before,
        "content": "false",
        "limit": str(PAGE + 1),
    }
    told = peers.get(service, LETTERS, query)
    with peers.reading(service):
        return [_read(service, row) for row in told["data"]], numbers


def _counts(service: str, wanted: Wanted) -> dict[str, int]:
    told = peers.get(service, f"{LETTERS}/counts", {"key": wanted.key})
    with peers.reading(service):
        numbers: dict[str, int] = told["counts"]
        return numbers


def _read(service: str, row: Mapping[str, Any]) -> Letter:
    return msgspec.convert({**row, "service": service}, Letter)
