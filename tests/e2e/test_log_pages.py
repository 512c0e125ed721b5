"""The log pages over a real Kafka; how they look is tested on the embedded log."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.shop import MOUSE, Shop, wait_until
from tests.e2e.test_foreign import letters, publish

pytestmark = [
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.parametrize("shop", ["kafka-postgres"], indirect=True),
]

LETTERS = "/log/dead-letters"


@pytest.fixture
def browser(shop: Shop) -> Iterator[httpx.Client]:
    """Somebody who looks at the orchestrator's pages."""
    with httpx.Client(
        base_url=shop.url("orchestrator", ""),
        headers={"Accept": "text/html"},
        timeout=30,
        follow_redirects=True,
    ) as client:
        yield client


def seen(browser: httpx.Client, path: str, **query: str | int) -> str:
    """A page that is there."""
    return browser.get(path, params=query).raise_for_status().text


def test_topics_messages_and_groups_are_seen(browser: httpx.Client, shop: Shop) -> None:
    """With the broker, and each message with its content."""
    order_id = shop.order("choreography", MOUSE)["orderId"]
    shop.wait_for_the_end()
    overview = seen(browser, "/log")
    assert shop.log_url.removeprefix("kafka://") in overview
    assert "orchestrator.saga" in overview
    assert "order-worker-1" in seen(browser, "/log/groups")
    found = seen(browser, "/log/topics/order.created", key=order_id)
    (address,) = set(re.findall(r'href="(/log/topics/order.created/\d+/\d+)"', found))
    assert f"&quot;orderId&quot;: &quot;{order_id}&quot;" in seen(browser, address)
    by_text = seen(browser, "/log/topics/order.created", text=order_id)
    assert f'href="{address}"' in by_text
    assert order_id in seen(browser, "/log/topics/order.created")


def test_a_dead_letter_is_seen_and_put_aside(browser: httpx.Client, shop: Shop) -> None:
    """By the service that has it, which says who did it."""
    key = "pages-broken"
    publish(shop, "order.created", b"\x00\xff garbage", key)
    wait_until(
        lambda: bool(letters(shop, "payment", key)), 20, lambda: "no letter came"
    )
    assert seen(browser, LETTERS, key=key, service="payment").count('name="letter"')
    (letter,) = letters(shop, "payment", key)
    assert "00 ff 20" in seen(browser, f"{LETTERS}/payment/{letter['letterId']}")
    name = f"payment:{letter['letterId']}"
    dialog = seen(browser, f"{LETTERS}/discard", letter=name)
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', dialog))
    said = {"reason": "not ours", "csrfmiddlewaretoken": token}
    done = browser.post(f"{LETTERS}/discard", params={"letter": name}, data=said)
    assert "1 letter was put aside." in done.raise_for_status().text
    (letter,) = letters(shop, "payment", key)
    assert letter["status"] == "DISCARDED"
