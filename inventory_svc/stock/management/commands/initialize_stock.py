"""Set the sample stock from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from common.web.audit import command_actor
from inventory_svc.stock import services
from inventory_svc.stock.models import Product
from inventory_svc.stock.sample import MAX_SCALE, sample_scale


def scale(text: str) -> int:
    """A whole number from 1 on."""
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_SCALE:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MAX_SCALE}")


class Command(BaseCommand):
    """Sets the sample stock; doing it again changes nothing."""

    help = (
        "Set the stock of the sample products PROD001 to PROD005. What live orders "
        "hold stays held, so doing it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="only if there is no product at all",
        )
        parser.add_argument(
            "--scale",
            type=scale,
            help="multiply the quantities (default: SAMPLE_STOCK_SCALE, or 1)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        products = _initialize(options)
        if options["json"]:
            self.stdout.write(json.dumps([_shown(product) for product in products]))
            return
        lines = [_line(product) for product in products]
        self.stdout.write("\n".join(lines) or "There are products: nothing was set.")


def _initialize(options: dict[str, Any]) -> Sequence[Product]:
    scale = options["scale"] or sample_scale()
    if options["if_empty"]:
        return services.initialize_if_empty(scale=scale, by=command_actor())
    return services.initialize_stock(scale=scale, by=command_actor())


def _line(product: Product) -> str:
    return (
        f"{product}: {product.available_quantity} available, "
        f"{product.reserved_quantity} reserved, at {product.price}"
    )


def _shown(product: Product) -> dict[str, Any]:
    return {
        "productId": product.product_id,
        "productName": product.product_name,
        "availableQuantity": product.available_quantity,
        "reservedQuantity": product.reserved_quantity,
        "price": str(product.price),
    }
