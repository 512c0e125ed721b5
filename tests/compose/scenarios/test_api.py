"""The client of the services: what it reads, what it says when it can't."""

from __future__ import annotations

from decimal import Decimal

import pytest

from compose.scenarios.api import (
    NotReachable,
    Record,
    Services,
    TooLate,
    UnexpectedAnswer,
    decode,
    encode,
    money,
)
from tests.compose.scenarios.fake_shop import FakeShop, free_offset, running


def test_money_is_exact() -> None:
    """A JSON number becomes the decimal it shows, never a float."""
    body = decode('{"amount": 0.10}', "GET /", 200)
    assert body["amount"] == Decimal("0.10")
    assert money(3) == Decimal(3)


def test_a_decimal_is_sent_as_the_number_it_shows() -> None:
    """999.99 leaves as 999.99."""
    assert encode({"price": Decimal("999.99")}) == b'{"price": 999.99}'


def test_a_whole_amount_is_sent_without_places() -> None:
    """What has none gets none: a service in won takes no others."""
    assert encode({"price": Decimal(1350000)}) == b'{"price": 1350000}'
    assert encode({"price": Decimal("5.00")}) == b'{"price": 5.0}'


def test_a_missing_field_is_named() -> None:
    """An answer without a field it should have says which one."""
    with pytest.raises(UnexpectedAnswer, match="no field 'status'"):
        Record(a=1)["status"]


def test_an_answer_which_is_not_json_is_shown() -> None:
    """A page of HTML is no answer of ours."""
    with pytest.raises(UnexpectedAnswer, match=r"GET / answered 502 .*<html>"):
        decode("<html>", "GET /", 502)


def test_an_unexpected_status_shows_request_and_answer() -> None:
    """404 where 200 was needed: both, and what was said."""
    with (
        running(FakeShop()) as offset,
        Services(port_offset=offset) as services,
        pytest.raises(
            UnexpectedAnswer,
            match=r"GET /api/orders/X \(order\) answered 404 instead of 200",
        ),
    ):
        services.get("order", "/api/orders/X")


def test_find_gives_none_for_what_is_not_there() -> None:
    """404 is an answer, not an error, for who only asks whether."""
    with running(FakeShop()) as offset, Services(port_offset=offset) as services:
        assert services.find("order", "/api/orders/X") is None


def test_all_pages_are_read() -> None:
    """250 records come in three pages, each once."""
    shop = FakeShop()
    shop.orders = {str(n): {"orderId": str(n)} for n in range(250)}
    with running(shop) as offset, Services(port_offset=offset) as services:
        found = [order["orderId"] for order in services.pages("order", "/api/orders")]
        assert services.count("order", "/api/orders") == 250
    assert found == [str(n) for n in reversed(range(250))]


def test_a_wait_ends_at_its_deadline_and_says_what_was_seen() -> None:
    """The last state seen is in the error."""
    with (
        Services(timeout=0.01) as services,
        pytest.raises(
            TooLate, match=r'ORD-1: not within 0\.01 s; last seen: "PENDING"'
        ),
    ):
        services.wait("ORD-1", lambda: "PENDING", lambda _: False)


def test_a_silent_address_is_named() -> None:
    """Nothing listens there: the service and the address are in the sentence."""
    offset = free_offset()
    with (
        Services(port_offset=offset) as services,
        pytest.raises(
            NotReachable, match=f"order service .* http://127.0.0.1:{3001 + offset} "
        ),
    ):
        services.get("order", "/health")
