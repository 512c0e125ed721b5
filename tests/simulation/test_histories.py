"""Whatever happens on the way, every order ends, and the books are right.

A failing seed tells its story: run it alone with `-k "history and [SEED]"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from random import Random

import pytest
from django.db import connections, transaction

from common.contracts.money import KRW, used
from common.storage.database import database_set_to
from inventory_svc.stock.shelves import Shelves
from payment_svc.payments.gateway.port import GivenBack, RefundRequest
from payment_svc.payments.gateway.simulator import Simulator
from payment_svc.payments.models import Payment
from tests.simulation.books import faults_in_the_books
from tests.simulation.clients import Clients
from tests.simulation.faults import Faults, drawn
from tests.simulation.world import Paying, World

pytestmark = pytest.mark.django_db(databases="__all__")

CALM = Faults()


def run_history(
    seed: int, faults: Faults, paying: Paying = Paying.HERE, *, steps: int = 100
) -> World:
    """One whole history in two acts, each with its faults and a quiet end.

    In the first act clients order and change their minds; in the second the shelves
    are filled again, what failed is retried, and what was sold is brought back.
    """
    world = World(seed=seed, faults=faults, paying=paying)
    clients = Clients(world)
    clients.fill_stock()
    _act(world, steps, clients.maybe_order)
    clients.restock()
    world.faults_on()
    _act(world, steps, clients.maybe_look_back)
    breaches = faults_in_the_books(world, clients)
    assert breaches == [], "\n".join(
        [f"seed {seed} {faults} {paying}", *breaches, *world.story]
    )
    return world


def _act(world: World, steps: int, client: Callable[[], None]) -> None:
    for _ in range(steps):
        world.step()
        client()
    world.settle()


@pytest.mark.parametrize("seed", range(300))
def test_a_seeded_history_ends_with_the_books_right(seed: int) -> None:
    """Crashes, duplicates, delays, losses, declines, cancels, retries, shortages."""
    run_history(seed, drawn(Random(seed)))  # noqa: S311


@pytest.mark.parametrize("seed", range(1000, 1020))
def test_every_message_delivered_twice_changes_nothing(seed: int) -> None:
    """The same acts end the same, whether each message comes once or twice."""
    run_history(seed, Faults(duplicate=1.0))


@pytest.mark.parametrize("seed", range(2000, 2020))
def test_shuffled_messages_end_with_the_books_right(seed: int) -> None:
    """Nearly every message is late, in any order, replies among them."""
    run_history(seed, Faults(delay=0.9))


@pytest.mark.parametrize("seed", range(3000, 3010))
def test_a_third_of_all_messages_lost_is_survived(seed: int) -> None:
    """What is lost is asked for again."""
    run_history(seed, Faults(loss=0.33))


@pytest.mark.parametrize("seed", range(4000, 4010))
@used(KRW)
def test_a_history_in_won_ends_with_the_books_right(seed: int) -> None:
    """Whole amounts all the way, those read back from the databases too."""
    run_history(seed, drawn(Random(seed)))  # noqa: S311
    assert {payment.currency for payment in _payments()} == {"KRW"}


def _payments() -> list[Payment]:
    with database_set_to("payment"):
        return list(Payment.objects.all())


def test_the_same_seed_tells_the_same_story() -> None:
    """A failing history can be looked at as often as one likes."""
    faults = drawn(Random(7))  # noqa: S311
    with rolled_back():
        first = run_history(7, faults).story
    with rolled_back():
        again = run_history(7, faults).story
    assert len(first) > 20
    assert first == again


def test_stock_that_is_not_given_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The books show a service that only says it released."""
    move = Shelves._move

    def only_out(self: Shelves, amounts: Mapping[str, int], sign: int) -> None:
        if sign > 0:
            move(self, amounts, sign)

    monkeypatch.setattr(Shelves, "_move", only_out)
    assert is_found(range(10))


def test_money_that_is_not_given_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The books show a provider that only says it refunded."""

    def lie(self: Simulator, requests: Sequence[RefundRequest]) -> list[GivenBack]:
        return [GivenBack("SIM-lie") for _ in requests]

    monkeypatch.setattr(Simulator, "refund_many", lie)
    assert is_found(range(10))


def is_found(
    seeds: Iterable[int], paying: Paying = Paying.HERE, faults: Faults = CALM
) -> bool:
    """True where the books are wrong after one of these histories."""
    return any(_is_broken(seed, paying, faults) for seed in seeds)


def _is_broken(seed: int, paying: Paying, faults: Faults) -> bool:
    with rolled_back():
        try:
            run_history(seed, faults, paying)
        except AssertionError:
            return True
    return False


@contextmanager
def rolled_back() -> Iterator[None]:
    """What the block writes is gone after it, in all databases."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
        try:
            yield
        finally:
            for alias in connections:
                transaction.set_rollback(True, using=alias)
