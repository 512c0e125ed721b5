"""What a reader sees of a run: a line a step, and what was off beneath it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TextIO

GREEN, RED, DIM, PLAIN = "\033[32m", "\033[31m", "\033[2m", "\033[0m"
INDENT = " " * 14


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How a step went; `expected` and `seen` are empty where no comparison failed."""

    title: str
    ok: bool
    seconds: float
    detail: str
    expected: str = ""
    seen: str = ""


def step_lines(result: StepResult, *, width: int, colour: bool) -> str:
    """One step as text."""
    mark = _painted("ok " if result.ok else "OFF", result.ok, colour)
    head = f" {mark}  {result.seconds:6.2f} s  {result.title:<{width}}"
    if result.ok:
        return f"{head}  {_dimmed(result.detail, colour)}"
    lines = [head.rstrip(), f"{INDENT}{result.detail}"]
    if result.expected or result.seen:
        lines += [
            f"{INDENT}expected: {result.expected}",
            f"{INDENT}seen:     {result.seen}",
        ]
    return "\n".join(lines)


def summary(results: Sequence[StepResult], *, colour: bool) -> str:
    """The last line: how many steps, how many off, how long."""
    off = sum(not result.ok for result in results)
    seconds = sum(result.seconds for result in results)
    verdict = "all ok" if off == 0 else f"{off} off"
    return (
        f"{len(results)} steps, {_painted(verdict, not off, colour)}, {seconds:.2f} s"
    )


def as_json(results: Sequence[StepResult]) -> str:
    """The run as one JSON object."""
    whole = {
        "ok": all(result.ok for result in results),
        "seconds": round(sum(result.seconds for result in results), 3),
        "steps": [asdict(result) for result in results],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def wants_colour(stream: TextIO, no_colour: str | None) -> bool:
    """True on a terminal, unless NO_COLOR says otherwise."""
    return stream.isatty() and not no_colour


def _painted(text: str, ok: bool, colour: bool) -> str:
    return f"{GREEN if ok else RED}{text}{PLAIN}" if colour else text


def _dimmed(text: str, colour: bool) -> str:
    return f"{DIM}{text}{PLAIN}" if colour else text
