"""Customers at Toss's window, and others who have to do with what they paid there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from common.web.errors import ApplicationError, Unavailable
from payment_svc.payments import confirming, recovering, selectors, services
from payment_svc.payments.models import Payment
from tests.simulation.world import World

CENT = Decimal("0.01")
FORGED_IDS = ("", "ORD-nobody", "ORD-nobody_2", "x" * 100)


class Move(StrEnum):
    """One thing that a customer does."""

    AGREE = "agrees in the window"
    CONFIRM = "comes back from the window"
    TAMPER = "comes back from the window with another amount"
    BOTH_KEYS = "comes back from the window that was opened first"


A, C = Move.AGREE, Move.CONFIRM
# What a customer does in turn; one who has not got round to it in the first act is late
# in the second, when the time to pay is over.
HABITS: Mapping[str, tuple[Move, ...]] = {
    "pays": (A, C),
    "clicks twice": (A, C, C, C),
    "opens two windows": (A, A, C, Move.BOTH_KEYS, C),
    "cheats": (A, Move.TAMPER, C),
    "cheats only": (A, Move.TAMPER),
    "closes the window": (A,),
    "never comes": (),
}
WEIGHTS = (10, 4, 3, 2, 1, 1, 1)


@dataclass(slots=True)
class Customer:
    """Whoever is to pay one order, and what they still mean to do."""

    order_id: str
    moves: list[Move]
    bad_card: bool
    keys: list[tuple[str, Payment]] = field(default_factory=list)


class Customers:
    """They pay, and others refund, hint and recover; `breaches` is what went wrong.

    `nudges` counts, by Toss's order id, what was asked of the payment service;
    `asked_back`, by order, the most that persons may have got back.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.breaches: list[str] = []
        self.nudges: Counter[str] = Counter()
        self.asked_back: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._by_order: dict[str, Customer] = {}
        self._receipts: dict[str, str] = {}

    def expect(self, order_id: str) -> None:
        """Somebody is to pay this order, in the way that the seed decides."""
        random = self.world.random
        habit = random.choices(tuple(HABITS), WEIGHTS)[0]
        self._by_order[order_id] = Customer(
            order_id, list(HABITS[habit]), bad_card=random.random() < 0.15
        )
        self.world.story.append(f"  its customer {habit}")

    def expect_again(self, order_id: str) -> None:
        """The order is tried once more, and its customer asked to pay once more."""
        if order_id in self._by_order:
            self.expect(order_id)

    def maybe_act(self) -> None:
        """Mostly somebody with something left to do goes on; now and then others do."""
        random = self.world.random
        busy = [one for one in self._by_order.values() if one.moves]
        if busy and random.random() < 0.4:
            self._move(random.choice(busy))
        elif self._by_order and random.random() < 0.15:
            act = random.choice((self._ensure, self._forge, self._at_toss))
            act(random.choice(tuple(self._by_order)))

    def ask_back(self, order_id: str) -> None:
        """Somebody wants money of an order back, all or a part."""
        payment = self._payment_of(order_id)
        if payment is None:
            return
        part = self.world.random.choice((None, CENT, payment.amount / 2))
        amount = None if part is None else max(part.quantize(CENT), CENT)
        self.nudges[payment.toss_order_id] += 1
        self.asked_back[order_id] += amount or payment.amount
        what = f"wants {amount or 'all'} of {order_id} back"
        self._ask(what, lambda: self._refund(order_id, amount))

    def _refund(self, order_id: str, amount: Decimal | None) -> None:
        done = services.refund(
            order_id=order_id, amount=amount, reason="scratched", by="clerk"
        )
        if not done.is_done:
            services.carry_out(
                payment_id=done.payment.payment_id, refund_id=done.refund_id
            )

    def _move(self, customer: Customer) -> None:
        payment = self._payment_of(customer.order_id)
        if payment is None or not payment.toss_order_id:
            return  # the order has not arrived there yet
        move = customer.moves.pop(0)  # while it lasts, the next may begin
        if move is Move.AGREE:
            self._agree(customer, payment)
        elif not self._confirm(customer, move) and self.world.random.random() < 0.8:
            customer.moves.insert(0, move)  # nobody waits for ever

    def _agree(self, customer: Customer, payment: Payment) -> None:
        key = self.world.toss.agree(
            payment.toss_order_id, payment.amount, bad_card=customer.bad_card
        )
        customer.keys.append((key, payment))
        self._tell(f"the customer of {payment.toss_order_id} agrees: {key}")

    def _confirm(self, customer: Customer, move: Move) -> bool:
        """True when the answer was clear, whatever it was."""
        first = move is Move.BOTH_KEYS
        key, payment = customer.keys[0 if first else -1]
        amount = payment.amount
        if move is Move.TAMPER:
            amount = self.world.random.choice((CENT, amount + CENT, amount * 100))
        self.nudges[payment.toss_order_id] += 1
        answer = self._ask(
            f"{payment.toss_order_id} is confirmed with {key}: {amount}",
            lambda: confirming.confirm(
                payment_key=key, order_id=payment.toss_order_id, amount=amount
            ),
        )
        if isinstance(answer, confirming.Confirmed):
            self._check(answer, payment, amount)
        return answer is not None and not isinstance(answer, Unavailable)

    def _check(
        self, answer: confirming.Confirmed, asked: Payment, amount: Decimal
    ) -> None:
        """Whoever confirms a payment hears the same of it."""
        receipt = answer.payment.transaction_id
        known = self._receipts.setdefault(asked.toss_order_id, receipt)
        if known != receipt or amount != answer.payment.amount:
            self.breaches.append(
                f"{asked.toss_order_id}: confirmed {receipt} for {amount}, "
                f"before {known}"
            )

    def _ensure(self, order_id: str) -> None:
        """Somebody says, truly or not, that Toss has charged an order."""
        payment = self._payment_of(order_id)
        if payment is None:
            return
        random = self.world.random
        keys = [key for key, _ in self._by_order[order_id].keys]
        amount = payment.amount if random.random() < 0.7 else payment.amount + CENT
        said = recovering.Claimed(
            payment_id=payment.payment_id,
            order_id=order_id,
            customer_id=payment.customer_id,
            amount=amount,
            payment_key=random.choice(["", *keys]),
            saga_id=payment.saga_id,
            attempt=payment.attempt,
        )
        self.nudges[payment.toss_order_id] += 1
        what = f"create-from-toss {payment.payment_id} {said.payment_key} {amount}"
        self._ask(what, lambda: recovering.ensure(said))

    def _forge(self, order_id: str) -> None:
        """A webhook that Toss did not send."""
        payment = self._payment_of(order_id)
        known = [payment.toss_order_id] if payment and payment.toss_order_id else []
        said = self.world.random.choice([*FORGED_IDS, *known])
        self.nudges[said] += 1
        self._ask(f"a forged webhook: {said[:20]!r}", lambda: recovering.hinted(said))

    def _at_toss(self, order_id: str) -> None:
        """Money moves at Toss without us, and its webhook does come."""
        keys = self._by_order[order_id].keys
        if not keys:
            return
        key, payment = self.world.random.choice(keys)
        now = self._payment_of(order_id)
        is_ours = now is not None and now.toss_payment_key in ("", key)
        if is_ours and self.world.random.random() < 0.5:
            if self.world.toss.charge_by_itself(key):
                self._tell(f"Toss charges {key} by itself")
        else:
            self.world.toss.give_back_by_hand(key, CENT)
            self._tell(f"Toss gives {CENT} of {key} back by hand")
        said = payment.toss_order_id
        heard = None
        while heard is None:
            self.nudges[said] += 1
            heard = self._ask(f"a webhook of {said}", lambda: recovering.hinted(said))

    def _payment_of(self, order_id: str) -> Payment | None:
        with self.world.within("payment"):
            return selectors.newest_of_order(order_id=order_id)

    def _ask(self, what: str, action: Callable[[], Any]) -> Any:
        """The answer or the refusal; None where the one who was asked broke down."""
        self._tell(what)

        def answered() -> Any:
            try:
                return action()
            except ApplicationError as refusal:
                return refusal

        answer = self.world.survive("payment", answered)
        if isinstance(answer, ApplicationError):
            self.world.story.append(f"  refused: {answer}")
        return answer

    def _tell(self, what: str) -> None:
        self.world.story.append(f"{self.world.now.isoformat()} {what}")
