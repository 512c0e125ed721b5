"""What must be true when a history has ended, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal

from common.messaging.models import DeadLetter
from inventory_svc.stock.models import Product, Reservation
from orchestrator_svc.engine.models import SagaInstance
from order_svc.orders.models import Order
from payment_svc.payments.models import Payment, SimulatedCharge, SimulatedRefund
from tests.simulation import money
from tests.simulation.clients import Clients
from tests.simulation.world import World


def faults_in_the_books(world: World, clients: Clients) -> list[str]:
    """Every breach of an invariant, as a sentence; empty when the books are right."""
    with world.within("order"):
        orders = {order.order_id: order for order in Order.objects.all()}
    return [
        *_sagas_agree(world, orders),
        *_money_agrees(world, orders),
        *_stock_agrees(world, orders, clients.initial),
        *money.faults_at_toss(world, clients.customers),
        *_nothing_is_dead(world),
    ]


def _sagas_agree(world: World, orders: Mapping[str, Order]) -> list[str]:
    found = []
    with world.within("orchestrator"):
        sagas = list(SagaInstance.objects.all())
    undone = {s.order_id for s in sagas if s.definition != "order"}
    for saga in sagas:
        if saga.definition != "order":
            continue
        order = orders.get(saga.order_id)
        status = order.status if order else "none"
        sold = saga.status == "COMPLETED" and saga.order_id not in undone
        if sold != (status == "COMPLETED"):
            found.append(f"{saga.saga_id} is {saga.status}, its order {status}")
    return found


def _money_agrees(world: World, orders: Mapping[str, Order]) -> list[str]:
    found = []
    kept: defaultdict[str, Decimal] = defaultdict(Decimal)
    with world.within("payment"):
        payments = list(Payment.objects.all())
        took = {**_simulator_keeps(), **money.kept_by_toss(world)}
        by_persons = money.given_back_by_persons()
    for payment in payments:
        if payment.status in ("SUCCESS", "REFUNDED"):
            kept[payment.order_id] += payment.amount - payment.refunded_amount
        elif payment.refunded_amount:
            found.append(f"{payment.payment_id} {payment.status} was refunded")
        found += _ledger_agrees(payment, took.pop(payment.payment_id, Decimal(0)))
    for order_id, order in orders.items():
        due = Decimal(0)
        if order.status == "COMPLETED":
            due = order.total_amount - by_persons[order_id]
        if kept[order_id] != due:
            found.append(f"{order_id} {order.status}: kept {kept[order_id]}, due {due}")
    found += [f"{key}: the provider keeps {left}" for key, left in took.items() if left]
    found += [f"{i}: money of no order" for i in kept if i not in orders and kept[i]]
    return found


def _simulator_keeps() -> dict[str, Decimal]:
    kept = {
        charge.charge_key: charge.amount if charge.accepted else Decimal(0)
        for charge in SimulatedCharge.objects.all()
    }
    for refund in SimulatedRefund.objects.all():
        kept[refund.charge_key] -= refund.amount
    return kept


def _ledger_agrees(payment: Payment, took: Decimal) -> list[str]:
    booked = Decimal(0)
    if payment.status in ("SUCCESS", "REFUNDED"):
        booked = payment.amount - payment.refunded_amount
    if took == booked:
        return []
    what = f"{payment.payment_id} {payment.status}"
    return [f"{what}: the provider has {took}, we have {booked}"]


def _stock_agrees(
    world: World, orders: Mapping[str, Order], initial: Mapping[str, int]
) -> list[str]:
    found = []
    held: Counter[str] = Counter()
    with world.within("inventory"):
        products = list(Product.objects.all())
        live = list(Reservation.objects.filter(status="RESERVED"))
    for reservation in live:
        for item in reservation.items:
            held[item["productId"]] += item["quantity"]
    for product in products:
        name = product.product_id
        if product.available_quantity < 0:
            found.append(f"{name}: {product.available_quantity} available")
        if product.reserved_quantity != held[name]:
            found.append(f"{name}: {product.reserved_quantity} reserved, {held[name]}")
        if product.available_quantity + held[name] != initial[name]:
            found.append(f"{name}: stock was lost or made")
    by_order = Counter(reservation.order_id for reservation in live)
    for order_id, order in orders.items():
        due = 1 if order.status == "COMPLETED" else 0
        if by_order[order_id] != due:
            found.append(f"{order_id} {order.status} has {by_order[order_id]} holds")
    return found


def _nothing_is_dead(world: World) -> list[str]:
    found = []
    for name in world.nodes:
        with world.within(name):
            letters = DeadLetter.objects.exclude(status="RESOLVED")
            found += [f"{name}: dead {one.message_id} {one.error}" for one in letters]
    return found
