"""Which orders a run sends."""

from __future__ import annotations

from common.contracts.base import Mode
from orchestrator_svc.playground.plan import MIXED, Plan, Product
from orchestrator_svc.tests.playground.conftest import BOTH, LAPTOP, MOUSE


def test_both_patterns_get_the_same_orders() -> None:
    """In turn, each product and quantity once for either."""
    orders = Plan(14, BOTH, [MOUSE, LAPTOP], MIXED).orders()
    led = [one.item for one in orders if one.mode is Mode.ORCHESTRATION]
    heard = [one.item for one in orders if one.mode is Mode.CHOREOGRAPHY]
    assert led == heard
    assert [(item.product_id, item.quantity) for item in led] == [
        ("PROD002", 1),
        ("PROD001", 1),
        ("PROD002", 2),
        ("PROD001", 2),
        ("PROD002", 3),
        ("PROD001", 3),
        ("PROD002", 1),
    ]


def test_one_pattern_one_product_one_quantity() -> None:
    """As was chosen."""
    orders = Plan(3, [Mode.CHOREOGRAPHY], [MOUSE], 5).orders()
    assert {one.mode for one in orders} == {Mode.CHOREOGRAPHY}
    assert [one.item.quantity for one in orders] == [5, 5, 5]
    assert [one.number for one in orders] == [0, 1, 2]


def test_a_product_is_kept_to_the_cent() -> None:
    """As text: a JSON number would be a float."""
    assert Product.from_json(LAPTOP.as_json()) == LAPTOP
