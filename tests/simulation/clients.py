"""The people of a history: they order, cancel and retry, as the seed decides."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from common.contracts import money
from common.contracts.base import PaymentMethod
from common.contracts.order import Item
from common.saga import CancelBlocked, RetryBlocked
from inventory_svc.stock.models import Product
from orchestrator_svc.engine import services as engine_services
from orchestrator_svc.engine.models import SagaInstance
from order_svc.orders import services as order_services
from order_svc.orders.domain import CancelRefused
from order_svc.orders.models import Order
from order_svc.orders.services import OrderUnknown
from tests.simulation.customers import Customers
from tests.simulation.world import Paying, World

PRICES = {
    "USD": {"P1": Decimal("10.00"), "P2": Decimal("0.01"), "P3": Decimal("999.99")},
    "KRW": {"P1": Decimal(15_000), "P2": Decimal(1), "P3": Decimal(1_350_000)},
}
WRONG = {"USD": Decimal("1.23"), "KRW": Decimal(123)}
MAX_ORDERS = 12
REFUSALS = (CancelBlocked, RetryBlocked, CancelRefused, OrderUnknown)


class Clients:
    """Acts now and then; `initial` is the stock they began with."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.initial: dict[str, int] = {}
        self.customers = Customers(world)
        world.bystander = self.customers.maybe_act
        self._prices = PRICES[money.current_code()]
        self._orders: list[str] = []
        self._sagas: dict[str, str] = {}

    def fill_stock(self) -> None:
        """A little of each product, so that shortages happen."""
        with self.world.within("inventory"):
            Product.objects.all().delete()
            for name, price in self._prices.items():
                self.initial[name] = self.world.random.randrange(0, 12)
                Product.objects.create(
                    product_id=name,
                    product_name=name,
                    price=price,
                    available_quantity=self.initial[name],
                    reserved_quantity=0,
                    updated_at=self.world.now,
                )

    def restock(self) -> None:
        """Put ten more of each product on the shelves."""
        with self.world.within("inventory"):
            for product in Product.objects.all():
                self.initial[product.product_id] += 10
                product.available_quantity += 10
                product.version += 1
                product.save()

    def maybe_order(self) -> None:
        """Mostly nothing; else an order, sometimes a change of mind."""
        self.customers.maybe_act()
        self._one_of(
            (75, lambda: None),
            (17, self._order),
            (4, self._cancel_order),
            (4, self._cancel_saga),
        )

    def maybe_look_back(self) -> None:
        """Mostly nothing; else a retry of a saga, a return of goods, a new order."""
        self.customers.maybe_act()
        self._one_of(
            (66, lambda: None),
            (14, self._retry),
            (6, self._cancel_order),
            (4, self._cancel_saga),
            (4, self._ask_back),
            (6, self._order),
        )

    def _one_of(self, *acts: tuple[int, Callable[[], None]]) -> None:
        weights = [weight for weight, _ in acts]
        self.world.random.choices([act for _, act in acts], weights)[0]()

    def _order(self) -> None:
        if len(self._orders) >= MAX_ORDERS:
            return
        random = self.world.random
        customer = random.choice(("ANN", "BOB", "DECLINE-EVE"))
        names = random.sample(tuple(self._prices), random.choice((1, 2)))
        items = tuple(self._item(name) for name in names)
        at_toss = self.world.paying is not Paying.HERE and random.random() < 0.6
        method = PaymentMethod.TOSS if at_toss else PaymentMethod.AUTO
        if random.random() < 0.5:
            order_id = self._choreographed(customer, items, method)
        else:
            order_id = self._orchestrated(customer, items, method)
        self._orders.append(order_id)
        if at_toss:
            self.customers.expect(order_id)

    def _item(self, name: str) -> Item:
        random = self.world.random
        right = random.random() < 0.9
        price = self._prices[name] if right else WRONG[money.current_code()]
        return Item(product_id=name, quantity=random.randrange(1, 5), price=price)

    def _choreographed(
        self, customer: str, items: tuple[Item, ...], method: PaymentMethod
    ) -> str:
        order: Order = self.world.act(
            "order",
            f"{customer} orders {items} by {method}",
            lambda: order_services.create_order(
                customer_id=customer, items=items, payment_method=method
            ),
        )
        return order.order_id

    def _orchestrated(
        self, customer: str, items: tuple[Item, ...], method: PaymentMethod
    ) -> str:
        saga: SagaInstance = self.world.act(
            "orchestrator",
            f"{customer} orders {items} by {method}, by saga",
            lambda: engine_services.start_order(
                customer_id=customer, items=items, payment_method=method
            ),
        )
        self._sagas[saga.saga_id] = saga.order_id
        return saga.order_id

    def _ask_back(self) -> None:
        if self._orders:
            self.customers.ask_back(self.world.random.choice(self._orders))

    def _cancel_order(self) -> None:
        if self._orders:
            order_id = self.world.random.choice(self._orders)
            self._ask(
                "order",
                f"cancels {order_id}",
                lambda: order_services.request_cancel(
                    order_id=order_id, reason="changed my mind", by="customer"
                ),
            )

    def _cancel_saga(self) -> None:
        if self._sagas:
            saga_id = self.world.random.choice(tuple(self._sagas))
            self._ask(
                "orchestrator",
                f"cancels {saga_id}",
                lambda: engine_services.cancel(saga_id=saga_id, by="operator"),
            )

    def _retry(self) -> None:
        if self._sagas:
            saga_id = self.world.random.choice(tuple(self._sagas))
            self._ask(
                "orchestrator",
                f"retries {saga_id}",
                lambda: engine_services.retry(saga_id=saga_id, by="operator"),
            )
            self.customers.expect_again(self._sagas[saga_id])

    def _ask(self, service: str, what: str, action: Callable[[], object]) -> None:
        try:
            self.world.act(service, what, action)
        except REFUSALS as refusal:
            self.world.story.append(f"  refused: {refusal}")
