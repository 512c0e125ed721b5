"""Writing stock on a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common import clock
from common.storage.bulk import insert_rows, update_rows
from common.storage.transactions import run_atomically
from common.web import audit
from common.web.errors import NotFound
from inventory_svc.stock import selectors
from inventory_svc.stock.models import Product
from inventory_svc.stock.sample import Sample, sample

INITIALIZED = "Sample inventory initialized successfully"
WRITTEN = (
    "product_name",
    "price",
    "available_quantity",
    "reserved_quantity",
    "updated_at",
)


def initialize_stock(*, scale: int, by: audit.Actor) -> Sequence[Product]:
    """The sample's products, filled up to the sample's quantities times `scale`.

    What live reservations hold stays held: available is what is left beside it. Doing
    it again changes nothing. Other products are left alone.
    """

    def unit() -> Sequence[Product]:
        products = _filled(scale, clock.now())
        audit.record(by, "stock.initialize", "sample", detail={"scale": scale})
        return products

    return run_atomically(unit)


def initialize_if_empty(*, scale: int, by: audit.Actor) -> Sequence[Product]:
    """As `initialize_stock` where there is no product yet; else nothing, and none."""

    def unit() -> Sequence[Product]:
        if selectors.products().exists():
            return []
        return initialize_stock(scale=scale, by=by)

    return run_atomically(unit)


def set_available(
    *, product_id: str, quantity: int, reason: str, by: audit.Actor
) -> Product:
    """The product with so many available; what is reserved stays. Raises NotFound."""

    def unit() -> Product:
        product = selectors.product(product_id=product_id)
        if product is None:
            raise NotFound(f"There is no product {product_id}.")
        detail = {"before": product.available_quantity, "after": quantity}
        product.available_quantity = quantity
        product.updated_at = clock.now()
        update_rows(Product, [product], ("available_quantity", "updated_at"))
        audit.record(by, "stock.set", product_id, reason, detail)
        return product

    return run_atomically(unit)


def _filled(scale: int, now: datetime) -> list[Product]:
    held, wanted = selectors.held(), sample()
    known = Product.objects.in_bulk(list(wanted))
    fresh: list[Product] = []
    products: list[Product] = []
    for product_id, one in wanted.items():
        product = known.get(product_id) or Product(product_id=product_id)
        if product_id not in known:
            fresh.append(product)
        _fill(product, one, scale, held[product_id])
        product.updated_at = now
        products.append(product)
    insert_rows(Product, fresh)
    update_rows(Product, list(known.values()), WRITTEN)
    return products


def _fill(product: Product, one: Sample, scale: int, held: int) -> None:
    product.product_name = one.product_name
    product.price = one.price
    product.reserved_quantity = held
    product.available_quantity = max(0, one.quantity * scale - held)
