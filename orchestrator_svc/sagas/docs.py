"""The pages of docs/sagas; the management command `draw_sagas` writes them."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from common.contracts.inventory import InventoryReserved, ReserveInventory
from common.contracts.order import Item
from common.contracts.payment import PaymentProcessed, ProcessPayment
from common.saga.diagram import page
from common.saga.walks import Example
from orchestrator_svc.sagas.order import OrderData, OrderSaga
from orchestrator_svc.sagas.undo import CancelOrderSaga, UndoData

COMMAND = "python3 manage_all.py manage orchestrator draw_sagas"
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "sagas"

ITEMS = (Item(product_id="PROD002", quantity=2, price=Decimal(30)),)

ORDER = Example(
    definition=OrderSaga,
    data=OrderData(
        order_id="ORD-1",
        customer_id="CUST-1",
        items=ITEMS,
        total_amount=Decimal(60),
    ),
    answers={
        ProcessPayment.name: PaymentProcessed(payment_id="PAY-ORD-1-1"),
        ReserveInventory.name: InventoryReserved(reservation_id="RES-ORD-1-1"),
    },
)

CANCEL_ORDER = Example(
    definition=CancelOrderSaga,
    data=UndoData(
        order_id="ORD-1",
        customer_id="CUST-1",
        items=ITEMS,
        total_amount=Decimal(60),
        payment_id="PAY-ORD-1-1",
        reservation_id="RES-ORD-1-1",
        reason="CANCELLED_BY_CUSTOMER",
    ),
    answers={},
)


def pages() -> dict[str, str]:
    """File name to content, as the definitions stand."""
    return {
        f"{example.definition.name}.md": page(example, COMMAND)
        for example in (ORDER, CANCEL_ORDER)
    }


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"wrote docs/sagas/{name}\n")
