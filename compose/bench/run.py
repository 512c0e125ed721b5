"""`manage_all.py bench`: start, load, check the books, and only then say how fast."""

from __future__ import annotations

import secrets
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from compose.bench.books import complaints
from compose.bench.ended import Progress
from compose.bench.figures import Figures
from compose.bench.load import LightLoadError
from compose.bench.measure import (
    Bench,
    all_entries,
    figures,
    measure,
    planned,
    planned_kinds,
)
from compose.bench.mix import stock_scale, too_little
from compose.bench.options import Options, read_options
from compose.bench.own_stack import own_stack
from compose.bench.report import Conditions, as_json, as_text, machine
from compose.bench.usage import Pids, ProcessEnded
from compose.local.problem import Problem
from compose.scenarios.api import NotReachable, ServiceError, Services
from compose.scenarios.shop import Run, currency_of

RIGHT, WRONG, UNUSABLE = 0, 1, 2
INTERRUPTED = 130
INITIALIZE = "/api/inventory/initialize"


class BooksAreOff(Exception):
    """The books are not right, so no figure counts."""


def main(argv: Sequence[str]) -> int:
    """0 with figures; 1 without, where books or stack are off; 2 for no stack."""
    options = read_options(argv)
    try:
        with ended_in_order(), stack_for(options) as (services, stack, durability):
            found = run(options, services, stack)
    except BooksAreOff as error:
        return said(f"The books are off, so there are no figures.\n{error}", WRONG)
    except Problem as error:
        return said(str(error), error.exit_code)
    except NotReachable as error:
        return said(f"{error} {what_to_do(options)}", UNUSABLE)
    except (ServiceError, LightLoadError, ProcessEnded) as error:
        return said(f"There are no figures: {error}", WRONG)
    except KeyboardInterrupt:
        return said("Stopped before the end: no figures.", INTERRUPTED)
    show(found, options, durability)
    return RIGHT


def run(options: Options, services: Services, stack: Pids | None) -> list[Figures]:
    """The figures of every pattern asked for; BooksAreOff instead, where they are."""
    bench = Bench(
        options,
        services,
        stack,
        secrets.token_hex(4),
        progress(),
        stock=Run(services).stock(),
        currency=currency_of(services),
    )
    must_suffice(bench)
    measured = [measure(bench, mode) for mode in options.patterns]
    bench.progress("checking the books")
    after = Run(services).stock()
    wrong = complaints(list(all_entries(measured)), bench.stock, after)
    if wrong:
        raise BooksAreOff("\n".join(f"- {each}" for each in wrong))
    return [figures(bench, each) for each in measured]


def must_suffice(bench: Bench) -> None:
    """There is stock for every order that is to be a sale."""
    if bench.stock:
        light, load = planned(bench)
        orders = (light + load) * len(bench.options.patterns)
    else:
        orders = []
    trouble = too_little(orders, bench.stock)
    if trouble:
        raise Problem(trouble)


@contextmanager
def stack_for(options: Options) -> Iterator[tuple[Services, Pids | None, str]]:
    """The services to measure, their processes if they are ours, their durability."""
    if not options.own_stack:
        with client(options) as services:
            yield services, None, "durability is that of the running stack"
        return
    scale = scale_for(options)
    with (
        own_stack(options, scale, progress()) as (stack, durability),
        client(options) as services,
    ):
        services.post("inventory", INITIALIZE).must_be(200, 201)
        yield services, stack, durability


def client(options: Options) -> Services:
    """A client of the stack."""
    return Services(base=options.base, port_offset=options.port_offset, timeout=60.0)


def scale_for(options: Options) -> int:
    """How many times the sample stock all patterns together need."""
    light, load = planned_kinds(options)
    return stock_scale((len(light) + len(load)) * len(options.patterns))


def progress() -> Progress:
    """A line on stderr for each phase, with the seconds since now."""
    begin = time.monotonic()

    def say(what: str) -> None:
        seconds = time.monotonic() - begin
        print(f"[{seconds:6.1f} s] {what}", file=sys.stderr, flush=True)

    return say


def show(found: Sequence[Figures], options: Options, durability: str) -> None:
    """The figures on stdout."""
    conditions = Conditions(
        concurrency=options.concurrency,
        failures_percent=options.failures,
        durability=durability,
        machine=machine(),
    )
    print((as_json if options.json else as_text)(found, conditions))


def said(sentence: str, code: int) -> int:
    """The exit code, once the sentence is on stderr."""
    print(sentence, file=sys.stderr)
    return code


def what_to_do(options: Options) -> str:
    """The advice for services that do not answer."""
    if options.own_stack:
        return "The stack's logs tell more: try again with --keep."
    return "Start the stack with `python3 manage_all.py up`."


@contextmanager
def ended_in_order() -> Iterator[None]:
    """SIGTERM ends the bench as Ctrl-C does: stack stopped, state removed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
