"""What must be true of the money at Toss when a history has ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from payment_svc.payments.models import Payment, Refund
from tests.simulation.customers import Customers
from tests.simulation.world import World

# Whose refunds belong to an order that is not carried out; all others are on somebody's
# word, and leave the order as it is.
OF_THE_SERVICE = ("payment", "reconciliation")
AT_TOSS = "toss"

# A payment costs a charge, a look at its deadline, three at what ended, and a refund.
CALLS_AT_LEAST = 10
CALLS_A_NUDGE = 3


def kept_by_toss(world: World) -> dict[str, Decimal]:
    """What Toss keeps, by our payment's id; by Toss's order id where we have none."""
    ours = {
        payment.toss_order_id: payment.payment_id
        for payment in Payment.objects.exclude(toss_order_id="")
    }
    known = {one.order_id for one in world.toss.ledger.values()}
    return {
        ours.get(order_id, order_id): world.toss.kept(order_id) for order_id in known
    }


def given_back_by_persons() -> defaultdict[str, Decimal]:
    """By order, what was given back on a person's word."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for refund in Refund.objects.filter(status="DONE"):
        if refund.requested_by not in OF_THE_SERVICE:
            found[refund.order_id] += refund.amount
    return found


def faults_at_toss(world: World, customers: Customers) -> list[str]:
    """Every breach of what we owe Toss and its customers."""
    with world.within("payment"):
        payments = list(Payment.objects.exclude(toss_order_id=""))
        refunds = list(Refund.objects.filter(status="DONE"))
    return [
        *customers.breaches,
        *_confirmed_as_agreed(world, payments),
        *_refunds_add_up(payments, refunds),
        *_no_more_than_asked(customers, refunds),
        *_calls_are_bounded(world, customers, payments),
    ]


def _confirmed_as_agreed(world: World, payments: Iterable[Payment]) -> list[str]:
    """Another amount than the order's never gets as far as Toss."""
    agreed = {payment.toss_order_id: payment.amount for payment in payments}
    return [
        f"{one.order_id}: Toss was asked for {one.amount}"
        for one in world.toss.confirms
        if one.amount != agreed.get(one.order_id)
    ]


def _refunds_add_up(
    payments: Iterable[Payment], refunds: Iterable[Refund]
) -> list[str]:
    given: defaultdict[str, Decimal] = defaultdict(Decimal)
    for refund in refunds:
        given[refund.payment_id] += refund.amount
    return [
        f"{payment.payment_id}: refunds of {given[payment.payment_id]}, "
        f"booked {payment.refunded_amount}"
        for payment in payments
        if given[payment.payment_id] != payment.refunded_amount
    ]


def _no_more_than_asked(customers: Customers, refunds: Iterable[Refund]) -> list[str]:
    """A person's refund, asked again or not, is made once."""
    given: defaultdict[str, Decimal] = defaultdict(Decimal)
    for refund in refunds:
        if refund.requested_by not in (*OF_THE_SERVICE, AT_TOSS):
            given[refund.order_id] += refund.amount
    return [
        f"{order_id}: {amount} given back, {customers.asked_back[order_id]} asked"
        for order_id, amount in given.items()
        if amount > customers.asked_back[order_id]
    ]


def _calls_are_bounded(
    world: World, customers: Customers, payments: Iterable[Payment]
) -> list[str]:
    """Toss is called for a reason: somebody asked, or the line or a process failed."""
    found = []
    crashes = sum(node.crashes for node in world.nodes.values())
    for payment in payments:
        name = payment.toss_order_id
        calls = world.toss.calls[name]
        nudges = customers.nudges[name] + world.toss.troubles[name]
        if calls > CALLS_AT_LEAST + CALLS_A_NUDGE * nudges + crashes:
            found.append(f"{name}: {calls} calls, {nudges} nudges, {crashes} crashes")
    return found
