"""Whatever happens between us and Toss, its books, ours and the orders agree.

A failing seed tells its story: run it alone with `-k "toss and [SEED]"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from common.contracts.base import PaymentMethod
from common.contracts.order import Item
from order_svc.orders import services as order_services
from payment_svc.payments.books import Books
from payment_svc.payments.domain import Happening
from payment_svc.payments.gateway.remote import RemotePayment, RemoteStatus
from payment_svc.payments.models import Payment
from payment_svc.payments.settlement import entries
from tests.simulation.clients import Clients
from tests.simulation.faults import Faults, Line, Trouble, drawn
from tests.simulation.test_histories import is_found, rolled_back, run_history
from tests.simulation.toss import FakeToss
from tests.simulation.world import Paying, World

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.timeout(120)]

AT_TOSS = (Paying.WINDOW, Paying.BILLED)


@pytest.mark.parametrize("seed", range(200))
def test_a_seeded_history_at_toss_ends_with_all_books_right(seed: int) -> None:
    """Customers of all habits, a bad line, nothing saved, crashes between any two."""
    run_history(seed, drawn(Random(seed)), AT_TOSS[seed % 2])  # noqa: S311


@pytest.mark.parametrize("seed", range(5000, 5006))
def test_a_process_that_dies_at_every_third_point(seed: int) -> None:
    """Before the intent, after it, at Toss, before and after the commit."""
    run_history(seed, Faults(crash=0.33), AT_TOSS[seed % 2])


@pytest.mark.parametrize("trouble", list(Trouble)[1:], ids=lambda each: each.name)
@pytest.mark.parametrize("paying", AT_TOSS, ids=lambda each: each.name)
def test_one_kind_of_trouble_in_every_second_call(
    trouble: Trouble, paying: Paying
) -> None:
    """Each alone is survived, not only as one among many."""
    with only(trouble):
        run_history(6000, Faults(line=0.5), paying)


@pytest.mark.parametrize("seed", range(6100, 6106))
def test_a_database_that_saves_nothing_of_what_toss_said(seed: int) -> None:
    """Every second try to save fails: what Toss charged is recovered."""
    run_history(seed, Faults(unsaved=0.5), AT_TOSS[seed % 2])


def test_the_same_seed_tells_the_same_story_of_toss() -> None:
    """A failing history can be looked at as often as one likes."""
    faults = drawn(Random(12))  # noqa: S311
    with rolled_back():
        first = run_history(12, faults, Paying.BILLED).story
    with rolled_back():
        again = run_history(12, faults, Paying.BILLED).story
    assert len(first) > 20
    assert first == again


def test_the_histories_are_about_what_they_say() -> None:
    """In eight of them each ending is met, and Toss charges and gives back."""
    statuses, at_toss = set(), set()
    for seed in range(8):
        with rolled_back():
            world = run_history(seed, drawn(Random(seed)), AT_TOSS[seed % 2])  # noqa: S311
            with world.within("payment"):
                rows = Payment.objects.filter(provider="toss")
                statuses |= {payment.status for payment in rows}
            at_toss |= {payment.status for payment in world.toss.ledger.values()}
    assert statuses == {"SUCCESS", "FAILED", "REFUNDED", "CANCELLED"}
    assert at_toss >= {
        RemoteStatus.DONE,
        RemoteStatus.CANCELED,
        RemoteStatus.PARTIAL_CANCELED,
        RemoteStatus.ABORTED,
        RemoteStatus.EXPIRED,
    }


def test_a_minute_without_toss_costs_few_calls() -> None:
    """Ten orders to be charged: seven calls each at most, and then all are paid."""
    world = World(seed=1, faults=Faults(), paying=Paying.BILLED)
    clients = Clients(world)
    clients.fill_stock()
    clients.restock()
    orders = [order_one(world) for _ in range(10)]
    world.toss.line.trouble = None
    begun = world.now
    while world.now < begun + timedelta(minutes=1):
        world.drain()
        world.now += timedelta(seconds=1)
    assert 5 <= max(world.toss.calls[order] for order in orders) <= 7
    assert world.toss.ledger == {}
    world.settle()
    assert sum(world.toss.kept(order) for order in orders) == Decimal("0.10")


def order_one(world: World) -> str:
    """The id of a choreographed order for a cent."""
    items = (Item(product_id="P2", quantity=1, price=Decimal("0.01")),)
    order = world.act(
        "order",
        "an order",
        lambda: order_services.create_order(
            customer_id="ANN", items=items, payment_method=PaymentMethod.AUTO
        ),
    )
    return str(order.order_id)


def test_a_toss_that_only_says_it_gave_back_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The books are compared with Toss's own, not with its answers."""

    def lie(self: FakeToss, known: RemotePayment, amount: Decimal) -> RemotePayment:
        left = known.balance - amount
        return replace(known, status=RemoteStatus.CANCELED, balance=left)

    monkeypatch.setattr(FakeToss, "_take_off", lie)
    assert is_found(range(6), Paying.BILLED)


def test_money_that_we_only_say_toss_took_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service that books a declined charge as paid does not get away with it."""

    def lie(books: Books, payment: Payment, code: str, message: str) -> None:
        books.happened(payment, Happening.CHARGED)
        payment.next_look_at = None

    monkeypatch.setattr(entries, "declined", lie)
    assert is_found(range(6), Paying.WINDOW)


def test_an_orphan_that_is_kept_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Money of an order that had ended must go back, whoever charged it."""
    monkeypatch.setattr(entries, "give_back_orphan", keep)
    with only(Trouble.ARRIVES_LATE):
        assert is_found(range(30), Paying.WINDOW, Faults(line=0.9))


def keep(books: Books, payment: Payment, paid: RemotePayment) -> None:
    """Look the other way."""
    payment.next_look_at = None


@contextmanager
def only(trouble: Trouble) -> Iterator[None]:
    """Within the block this is all that goes wrong at the line."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Line, "kinds", (trouble,))
        yield
