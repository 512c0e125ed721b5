"""What the user of `bench` may ask for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from compose.local.backing import EMBEDDED, STACKS
from compose.scenarios.api import LOCAL
from compose.scenarios.shop import CHOREOGRAPHY, ORCHESTRATION

OWN_PORT_OFFSET = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, complete and checked."""

    orders: int = 3000
    light_orders: int = 100
    patterns: tuple[str, ...] = (ORCHESTRATION,)
    failures: float = 0.0
    concurrency: int = 32
    port_offset: int = OWN_PORT_OFFSET
    base: str = LOCAL
    own_stack: bool = True
    stack: str = EMBEDDED
    state_in: Path | None = None
    keep: bool = False
    json: bool = False
    stall: float = 30.0


def read_options(argv: Sequence[str]) -> Options:
    """The options of a command line; argparse says what is wrong with it."""
    given = parser().parse_args(argv)
    both = (ORCHESTRATION, CHOREOGRAPHY)
    one = (given.pattern.upper(),)
    return Options(
        orders=given.orders,
        light_orders=given.light_orders,
        patterns=both if given.pattern == "both" else one,
        failures=given.failures,
        concurrency=given.concurrency,
        port_offset=port_offset(given.port_offset, own=given.url is None),
        base=given.url or LOCAL,
        own_stack=given.url is None,
        stack=given.stack,
        state_in=given.state_in,
        keep=given.keep,
        json=given.json,
        stall=given.stall,
    )


def port_offset(given: int | None, *, own: bool) -> int:
    """The offset asked for, else the default of that kind of stack."""
    if given is not None:
        return given
    return OWN_PORT_OFFSET if own else int(os.environ.get("PORT_OFFSET", "0"))


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="manage_all.py bench",
        description="Start a stack of its own, run orders through it, check its books "
        "(every order ended as it should, stock, money to the cent), and only then "
        "print how fast it was.",
        epilog="Exit code: 0 books right, 1 something is off (no figures are printed), "
        "2 the stack could not be used.",
    )
    add_load_options(made)
    add_stack_options(made)
    made.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def add_load_options(made: argparse.ArgumentParser) -> None:
    """What is ordered, and how fast."""
    add = made.add_argument
    add("--orders", type=at_least(1), default=3000, help="orders under load (3000)")
    add(
        "--light-orders",
        type=at_least(1),
        default=100,
        help="orders one at a time, for the latency at a light load (100)",
    )
    add(
        "--pattern",
        choices=("orchestration", "choreography", "both"),
        default="orchestration",
        help="which pattern runs the orders (orchestration)",
    )
    add(
        "--failures",
        type=percent,
        default=0.0,
        metavar="PERCENT",
        help="share of orders that fail, half by shortage, half by decline (0)",
    )
    add("--concurrency", type=at_least(1), default=32, help="connections (32)")
    add(
        "--stall",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="give up when no saga ended for so long (30)",
    )


def add_stack_options(made: argparse.ArgumentParser) -> None:
    """Which stack is measured."""
    add = made.add_argument
    add(
        "--port-offset",
        type=int,
        help="added to the ports 3001 to 3004 (100; with --url PORT_OFFSET, or 0)",
    )
    add(
        "--state-in",
        type=Path,
        metavar="FOLDER",
        help="where the stack's own state folder is made (the system's temporary one)",
    )
    add(
        "--stack",
        choices=tuple(STACKS),
        default=EMBEDDED,
        help="what the own stack stands on; its CPU counts too (embedded)",
    )
    add("--keep", action="store_true", help="leave the stack's state and logs")
    add(
        "--url",
        type=base_url,
        metavar="http://HOST",
        help="measure the stack that runs there (no port; no CPU or memory figures)",
    )


def at_least(least: int) -> Callable[[str], int]:
    """An argparse type: a whole number not below the least."""

    def read(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is less than {least}")
        return value

    read.__name__ = "whole number"
    return read


def percent(text: str) -> float:
    """An argparse type: a number from 0 to 100."""
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not a share from 0 to 100")
    return value


def base_url(text: str) -> str:
    """An argparse type: scheme and host; the ports are the services' own."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text} is not like http://HOST")
    if parts.port is not None or parts.path.strip("/"):
        raise argparse.ArgumentTypeError(
            f"{text}: leave out port and path (the ports are 3001 to 3004 plus "
            f"--port-offset)"
        )
    return text.rstrip("/")
