"""Reading stock and reservations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import QuerySet

from inventory_svc.stock.domain import ReservationStatus
from inventory_svc.stock.models import Product, Reservation
from inventory_svc.stock.shelves import held_by


def products() -> QuerySet[Product]:
    """All products, in order of their ids."""
    return Product.objects.all()


def product(*, product_id: str) -> Product | None:
    """The product of this id."""
    return Product.objects.filter(product_id=product_id).first()


def newest_of_order(*, order_id: str) -> Reservation | None:
    """The reservation of the order's latest attempt."""
    found = Reservation.objects.filter(order_id=order_id)
    return found.order_by("-attempt", "-reservation_id").first()


def reservations(*, order_ids: Collection[str] = ()) -> QuerySet[Reservation]:
    """All reservations, newest first, or those of some orders."""
    found = Reservation.objects.all()
    return found.filter(order_id__in=order_ids) if order_ids else found


def held() -> Counter[str]:
    """How many of each product the live reservations hold, counted anew."""
    found: Counter[str] = Counter()
    live = Reservation.objects.filter(status=ReservationStatus.RESERVED)
    for reservation in live.only("items").iterator(chunk_size=2000):
        found.update(held_by(reservation))
    return found
