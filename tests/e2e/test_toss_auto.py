"""Orders that Toss charges by billing key, without a customer at hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import OpenShop
from tests.e2e.faults import turn_off_all, turn_on
from tests.e2e.load import under_load
from tests.e2e.shop import Shop
from tests.e2e.toss import at_toss

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

ORDERS = 100
CRASHES = [
    "payment.after-intent",
    "toss.before-call",
    "toss.after-answer",
    "payment.before-save",
    "payment.save",
    "payment.after-save",
    "payment.before-publish",
]
SECRETS = ("test_sk_sandbox", "dGVzdF9za19zYW5kYm94", "billing_sandbox", "ps_")


@pytest.fixture(scope="module")
def auto_shop(open_shop: OpenShop) -> Iterator[Shop]:
    """A shop whose AUTO orders are charged at Toss."""
    settings = {"PAYMENT_PROVIDER": "toss"}
    with open_shop(place="toss-auto", stock_scale=20, settings=settings) as shop:
        shop.initialize_stock()
        yield shop


def test_orders_complete_or_are_given_back(auto_shop: Shop) -> None:
    """Both patterns, every fifth a shortage: Toss keeps what was sold, no cent more."""
    with under_load(auto_shop, ORDERS, "auto") as load:
        pass
    auto_shop.wait_for_the_end(120)
    load.check_the_books()
    with at_toss(auto_shop) as toss:
        toss.check(load.orders)


def test_the_worker_dies_at_every_point(auto_shop: Shop) -> None:
    """Seven kill -9 under load, one at each point: the books are the same."""
    for point in CRASHES:
        turn_on(auto_shop, point, "crash", times=1)
    with under_load(auto_shop, ORDERS, "auto-crash") as load:
        pass
    auto_shop.wait_for_the_end(180)
    turn_off_all(auto_shop)
    load.check_the_books_after_an_outage()
    with at_toss(auto_shop) as toss:
        toss.check(load.orders)


def test_no_log_has_a_secret(auto_shop: Shop) -> None:
    """Neither key nor header nor Toss's own secret, whatever is logged of a charge."""
    with under_load(auto_shop, 20, "auto-logs"):
        pass
    auto_shop.wait_for_the_end(60)
    logs = sorted(auto_shop.stack.places.logs.glob("*.log*"))
    assert len(logs) >= 8
    for log in logs:
        text = log.read_text(errors="replace")
        assert [secret for secret in SECRETS if secret in text] == [], log.name
