"""One pattern measured: warm-up, light load, load; figures are given out at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from common.contracts.money import Currency
from compose.bench.books import Entry
from compose.bench.ended import (
    Progress,
    durations,
    last_end,
    read_records,
    wait_until_ended,
)
from compose.bench.figures import Figures, Usage, latency
from compose.bench.load import Sent, one_at_a_time, orders_url, send_all
from compose.bench.mix import Kind, Planned, bodies, kinds, plan
from compose.bench.options import Options
from compose.bench.usage import Meter, Pids, own_cpu_seconds, sampled
from compose.scenarios.api import Record, ServiceError, Services
from compose.scenarios.shop import CHOREOGRAPHY, Stock

# Orders that fill caches and connections first; counted in the books, not measured.
WARM_UP = 10


class RefusedError(ServiceError):
    """Orders were not accepted."""


@dataclass(slots=True)
class Bench:
    """A stack to be measured; `stack` is None where its processes are not ours."""

    options: Options
    services: Services
    stack: Pids | None
    run_id: str
    progress: Progress
    stock: Mapping[str, Stock]
    currency: Currency

    def customer(self, mode: str, phase: str) -> str:
        """The customer of one phase: its orders are found by it."""
        return f"BENCH-{self.run_id}-{mode}-{phase}"


@dataclass(slots=True)
class LoadRun:
    """What the generator saw of the load."""

    sent: Sent
    observed_seconds: float
    generator_cpu: float
    usage: Usage | None


@dataclass(slots=True)
class Measured:
    """A pattern's entries for the books, and what its figures are made of."""

    mode: str
    light: Entry
    load: Entry
    light_seen: Sequence[float]
    ran: LoadRun


def planned_kinds(options: Options) -> tuple[list[Kind], list[Kind]]:
    """The kinds of the light load (with its warm-up) and of the load."""
    light = [Kind.SALE] * (WARM_UP + options.light_orders)
    return light, kinds(options.orders, options.failures)


def planned(bench: Bench) -> tuple[list[Planned], list[Planned]]:
    """The orders of the light load and of the load."""
    light, load = planned_kinds(bench.options)
    stock, currency = bench.stock, bench.currency
    return plan(light, stock, currency), plan(load, stock, currency)


def measure(bench: Bench, mode: str) -> Measured:
    """Both loads of a pattern, all orders ended, their records read."""
    light_plan, load_plan = planned(bench)
    since = datetime.now(UTC)
    seen = light_load(bench, mode, light_plan)
    ran = load(bench, mode, load_plan)
    bench.progress(f"{mode.lower()}: reading the records")
    light, heavy = (
        Entry(
            mode,
            orders,
            read_records(bench.services, mode, bench.customer(mode, phase), since),
        )
        for phase, orders in (("light", light_plan), ("load", load_plan))
    )
    return Measured(mode, light, heavy, seen, ran)


def light_load(bench: Bench, mode: str, orders: Sequence[Planned]) -> list[float]:
    """Seconds of each order, one at a time, without the warm-up."""
    bench.progress(f"{mode.lower()}: {len(orders)} orders, one at a time")
    requests = bodies(orders, bench.customer(mode, "light"))
    return one_at_a_time(bench.services, mode, requests)[WARM_UP:]


def load(bench: Bench, mode: str, orders: Sequence[Planned]) -> LoadRun:
    """All orders posted and ended, while CPU and memory are watched."""
    count = len(orders)
    bench.progress(f"{mode.lower()}: {count} orders under load")
    requests = bodies(orders, bench.customer(mode, "load"))
    url = orders_url(bench.services, mode)
    meter = Meter(bench.stack) if bench.stack else None
    cpu, begin = own_cpu_seconds(), time.monotonic()
    with watched(meter):
        sent = send_all(url, requests, bench.options.concurrency)
        must_be_accepted(sent, count)
        bench.progress(f"{mode.lower()}: all accepted in {sent.seconds:.1f} s")
        stall = bench.options.stall
        wait_until_ended(bench.services, mode, stall=stall, progress=bench.progress)
    return LoadRun(
        sent=sent,
        observed_seconds=time.monotonic() - begin,
        generator_cpu=own_cpu_seconds() - cpu,
        usage=meter.usage(count) if meter else None,
    )


def watched(meter: Meter | None) -> AbstractContextManager[None]:
    """Memory is sampled, where the processes are ours."""
    return sampled(meter) if meter else nullcontext()


def must_be_accepted(sent: Sent, count: int) -> None:
    """Every order was answered 201; else the first refusal is shown."""
    if sent.statuses["201"] == count:
        return
    seen = ", ".join(f"{number} x {status}" for status, number in sent.statuses.items())
    raise RefusedError(
        f"{count} orders were sent, the answers: {seen}. The first refusal: "
        f"{sent.refusal}"
    )


def figures(bench: Bench, measured: Measured) -> Figures:
    """The figures; call it only once the books were found right."""
    count = bench.options.orders
    seconds = elapsed(bench, measured)
    return Figures(
        pattern=measured.mode.lower(),
        orders=count,
        kinds=dict(Counter(str(order.kind) for order in measured.load.planned)),
        seconds=round(seconds, 3),
        posting_seconds=round(measured.ran.sent.seconds, 3),
        sagas_per_second=round(count / seconds, 1),
        light_seen=latency(measured.light_seen),
        light_recorded=latency(durations(oldest_first(measured.light))[WARM_UP:]),
        load_recorded=latency(durations(leading(measured.load))),
        generator_cpu_ms_per_saga=round(measured.ran.generator_cpu * 1000 / count, 3),
        usage=measured.ran.usage,
    )


def elapsed(bench: Bench, measured: Measured) -> float:
    """Seconds from the first POST to the last end.

    The end is the one recorded, so our poll adds nothing; a stack elsewhere has
    another clock, so there it is the end we observed.
    """
    if not bench.options.own_stack:
        return measured.ran.observed_seconds
    return last_end(leading(measured.load)) - measured.ran.sent.first


def leading(entry: Entry) -> list[Record]:
    """The records of whoever runs the order: saga, or order in the choreography."""
    records = entry.records
    return records.orders if entry.mode == CHOREOGRAPHY else records.sagas


def oldest_first(entry: Entry) -> list[Record]:
    """The same, in the order in which they were made."""
    return sorted(leading(entry), key=lambda record: str(record["createdAt"]))


def all_entries(measured: Sequence[Measured]) -> Iterator[Entry]:
    """Every customer's entry."""
    for each in measured:
        yield from (each.light, each.load)
