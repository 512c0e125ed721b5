"""What the inventory service does with batches of messages."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from common.contracts.base import Done, Mode, Refused
from common.contracts.events import InventoryFailed, InventoryReserved, OrderCreated
from common.contracts.inventory import InventoryReserved as Reserved
from common.storage.transactions import Conflict, atomic, run_atomically
from inventory_svc.stock import handlers
from inventory_svc.stock.models import Product, Reservation
from inventory_svc.stock.shelves import Shelves
from inventory_svc.tests.conftest import NOW
from inventory_svc.tests.factories import (
    ORDER,
    SAGA,
    ProductFactory,
    arrived,
    cancelled,
    handle,
    laptops,
    line,
    mice,
    paid,
    release,
    reservation,
    reserve,
    stock,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf() -> None:
    """Fifty laptops and two hundred mice."""
    ProductFactory()
    ProductFactory(
        product_id="PROD002",
        product_name="Mouse",
        price=Decimal("29.99"),
        available_quantity=200,
    )


def test_reserve_sets_aside_and_replies() -> None:
    """Stock moves from available to reserved, and the saga learns the reservation."""
    asked = reserve(ORDER, laptops(2), mice(5))
    (reply,) = handle(asked)
    assert told(reply) == Reserved(reservation_id="RES-ORD-1-1")
    assert reply.envelope.message_id == f"{asked.envelope.message_id}/reply"
    assert (stock("PROD001"), stock("PROD002")) == ((48, 2), (195, 5))
    row = reservation()
    assert (row.status, row.saga_id, row.attempt, row.created_at) == (
        "RESERVED",
        SAGA,
        1,
        NOW,
    )
    assert row.items == [
        {
            "productId": "PROD001",
            "productName": "Laptop",
            "quantity": 2,
            "price": "999.99",
        },
        {
            "productId": "PROD002",
            "productName": "Mouse",
            "quantity": 5,
            "price": "29.99",
        },
    ]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (laptops(51), "INSUFFICIENT_STOCK"),
        (laptops(1, "1.00"), "PRICE_MISMATCH"),
        (line("NOPE", 1, "1.00"), "UNKNOWN_PRODUCT"),
    ],
)
def test_all_items_or_none(item: Any, reason: str) -> None:
    """One line that cannot be had leaves all of the stock where it is."""
    (first,) = handle(reserve(ORDER, mice(5), item))
    (again,) = handle(reserve(ORDER, mice(5), item))
    assert told(first) == told(again)
    assert told(first).reason == reason
    assert (stock("PROD001"), stock("PROD002")) == ((50, 0), (200, 0))
    assert (reservation().status, reservation().failure_code) == ("FAILED", reason)


def test_a_refusal_stays_a_refusal() -> None:
    """A repeat is answered alike, even when the stock has come in the meantime."""
    handle(reserve(ORDER, laptops(51)))
    Product.objects.filter(pk="PROD001").update(available_quantity=100)
    (again,) = handle(reserve(ORDER, laptops(51)))
    assert told(again).message == "PROD001 Laptop: 51 wanted, 50 available"
    (retried,) = handle(reserve(ORDER, laptops(51), attempt=2))
    assert told(retried) == Reserved(reservation_id="RES-ORD-1-2")


def test_repeats_set_nothing_more_aside() -> None:
    """In one batch and in the next."""
    first, again = handle(reserve(), reserve())
    (later,) = handle(reserve())
    assert told(first) == told(again) == told(later)
    assert stock() == (48, 2)


def test_release_puts_back() -> None:
    """The stock is as before, and the row says why."""
    handle(reserve())
    (reply,) = handle(release())
    assert told(reply) == Done()
    assert stock() == (50, 0)
    assert (reservation().status, reservation().reason) == ("RELEASED", "declined")
    assert [told(one) for one in handle(release(), release())] == [Done(), Done()]
    assert stock() == (50, 0)


def test_reserve_and_release_in_one_batch() -> None:
    """The stock is as before, and the row was written once."""
    handle(reserve(), release())
    assert stock() == (50, 0)
    assert (reservation().status, reservation().version) == ("RELEASED", 1)


def test_a_release_makes_room_within_the_batch() -> None:
    """Messages are dealt with in their order."""
    handle(reserve("A", laptops(50)))
    refused, _, taken = handle(reserve("B", laptops(1)), release("A"), reserve("C"))
    assert told(refused).reason == "INSUFFICIENT_STOCK"
    assert told(taken) == Reserved(reservation_id="RES-C-1")
    assert stock() == (48, 2)


def test_release_by_name_undoes_an_earlier_attempt() -> None:
    """A saga names the reservation it undoes, whatever its own attempt is."""
    handle(reserve())
    handle(release(attempt=3, reservation_id="RES-ORD-1-1"))
    assert (stock(), Reservation.objects.count()) == ((50, 0), 1)


def test_release_never_touches_another_order() -> None:
    """A reservation of another order that is named is left alone."""
    handle(reserve("ORD-2"))
    handle(release(reservation_id="RES-ORD-2-1"))
    assert stock() == (48, 2)
    assert (reservation("ORD-2").status, reservation().status) == (
        "RESERVED",
        "RELEASED",
    )


def test_a_release_before_its_reserve_forestalls_it() -> None:
    """A tombstone without items; the late reserve is refused and holds nothing."""
    (done,) = handle(release())
    assert told(done) == Done()
    assert (reservation().status, reservation().items) == ("RELEASED", [])
    (late,) = handle(reserve())
    assert isinstance(told(late), Refused)
    assert told(late).reason == "ALREADY_COMPENSATED"
    assert stock() == (50, 0)


def test_the_next_attempt_is_reserved_anew() -> None:
    """A retried saga has a reservation of its own."""
    handle(reserve(), release(), reserve(attempt=2))
    assert stock() == (48, 2)
    assert reservation(attempt=2).status == "RESERVED"


def test_choreography_reserves() -> None:
    """payment.processed leads to inventory.reserved."""
    asked = paid()
    (sent,) = handle(asked)
    assert told(sent) == InventoryReserved(
        order_id=ORDER,
        timestamp="2026-03-01T12:00:00.123Z",
        reservation_id="RES-ORD-1-1",
        items=(laptops(),),
    )
    assert sent.envelope.message_id == "ORD-1/inventory.reserved"
    assert sent.envelope.causation_id == asked.envelope.message_id
    assert (stock(), reservation().saga_id) == ((48, 2), "")


def test_choreography_tells_of_a_shortage() -> None:
    """payment.processed leads to inventory.failed, which gives the money back."""
    (sent,) = handle(paid(ORDER, laptops(51)))
    assert told(sent) == InventoryFailed(
        order_id=ORDER,
        timestamp="2026-03-01T12:00:00.123Z",
        reason="INSUFFICIENT_STOCK",
        message="PROD001 Laptop: 51 wanted, 50 available",
    )
    assert sent.envelope.message_id == "ORD-1/inventory.failed"


def test_choreography_cancel_releases() -> None:
    """order.cancelled leads to inventory.failed, under an id of its own."""
    handle(paid())
    (sent,) = handle(cancelled())
    assert (told(sent).reason, told(sent).message) == ("ORDER_CANCELLED", "too slow")
    assert sent.envelope.message_id == "ORD-1/inventory.failed/cancelled"
    assert stock() == (50, 0)


def test_choreography_cancel_before_the_payment() -> None:
    """A tombstone tells at once; the late payment finds nothing to say or hold."""
    (sent,) = handle(cancelled())
    assert told(sent).reason == "ORDER_CANCELLED"
    assert handle(paid()) == []
    assert (stock(), reservation().status) == ((50, 0), "RELEASED")


def test_choreography_cancel_after_a_shortage_is_told_too() -> None:
    """So that the chain ends whichever came first."""
    handle(paid(ORDER, laptops(51)))
    (sent,) = handle(cancelled())
    assert sent.envelope.message_id == "ORD-1/inventory.failed/cancelled"
    assert reservation().status == "FAILED"


def test_a_cancel_of_an_orchestrated_order_is_ignored() -> None:
    """Its orchestrator releases by command; no tombstone, no event."""
    handle(reserve())
    assert handle(cancelled(mode=Mode.ORCHESTRATION), cancelled()) == []
    assert handle(cancelled("ORD-2", Mode.ORCHESTRATION)) == []
    assert (stock(), Reservation.objects.count()) == ((48, 2), 1)


def test_choreography_repeats_change_nothing() -> None:
    """Each message twice: held once, put back once, the same events."""
    sent = handle(paid(), paid(), cancelled(), cancelled())
    assert [one.envelope.message_id for one in sent] == [
        "ORD-1/inventory.reserved",
        "ORD-1/inventory.reserved",
        "ORD-1/inventory.failed/cancelled",
        "ORD-1/inventory.failed/cancelled",
    ]
    assert stock() == (50, 0)


def test_a_message_of_another_service_is_an_error() -> None:
    """A wrong subscription does not pass in silence."""
    stray = OrderCreated(
        order_id=ORDER, customer_id="C", items=(mice(),), total_amount=Decimal(1)
    )
    with pytest.raises(handlers.UnexpectedMessage, match="OrderCreated"):
        handle(arrived(stray))


def test_the_last_ones_go_to_the_first_who_ask() -> None:
    """60 orders for one of 50 laptops: exactly 50 have one, in their order."""
    sent = handle(*[reserve(f"ORD-{number}", laptops(1)) for number in range(60)])
    outcome = [isinstance(told(one), Reserved) for one in sent]
    assert outcome == [True] * 50 + [False] * 10
    assert stock() == (0, 50)


def test_the_queries_do_not_grow_with_the_batch(
    django_assert_num_queries: Any,
) -> None:
    """500 messages take as many statements as two, and each product one write."""
    with CaptureQueriesContext(connection) as one:
        handle(reserve("ONE", laptops(1), mice(1)))
    batch = [reserve(f"ORD-{number}", mice(1)) for number in range(250)]
    batch += [paid(f"CHO-{number}", laptops(1)) for number in range(250)]
    with django_assert_num_queries(len(one)):
        assert len(handle(*batch)) == 500
    assert len(one) == 4
    assert set(Product.objects.values_list("version", flat=True)) == {3}
    assert (stock("PROD001"), stock("PROD002")) == ((0, 50), (0, 200))


def test_of_two_interleaved_batches_one_is_a_conflict() -> None:
    """Both have read 50 laptops and want 30: the second to write must look again."""
    first, second = (
        Shelves(Product.objects.all(), [], NOW),
        Shelves(Product.objects.all(), [], NOW),
    )
    for name, shelves in (("A", first), ("B", second)):
        row = Reservation(reservation_id=f"RES-{name}-1", order_id=name)
        shelves.reserve(row, [laptops(30)])
    first.save()
    with pytest.raises(Conflict), atomic():
        second.save()
    (looked_again,) = handle(reserve("B", laptops(30)))
    assert told(looked_again).message == "PROD001 Laptop: 30 wanted, 20 available"
    assert stock() == (20, 30)


@pytest.mark.django_db(transaction=True)
def test_threads_never_sell_what_is_not_there() -> None:
    """Four workers with 20 orders each for 50 laptops: 50 are held, none below 0."""
    answers: list[bool] = []

    def order(name: str) -> None:
        (sent,) = run_atomically(lambda: handle(reserve(name, laptops(1))))
        answers.append(isinstance(told(sent), Reserved))

    def work(worker: int) -> None:
        try:
            for number in range(20):
                order(f"W{worker}-{number}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(answers), sum(answers)) == (80, 50)
    assert stock() == (0, 50)
