"""The program `scenarios` before a fake shop: exit codes, report, planted faults."""

from __future__ import annotations

import json

import pytest

from compose.scenarios.run import main
from tests.compose.scenarios.fake_shop import FakeShop, free_offset, running


def play(shop: FakeShop, *options: str) -> int:
    """The exit code of a run against the fake shop."""
    with running(shop) as offset:
        return main(["--port-offset", str(offset), "--timeout", "2", *options])


def results_by_title(text: str) -> dict[str, dict[str, object]]:
    """The steps of a JSON report."""
    return {step["title"]: step for step in json.loads(text)["steps"]}


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A shop that keeps the contract: every step ok, exit 0."""
    assert play(FakeShop()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 26
    assert all(line.startswith(" ok ") for line in lines[:-1])
    assert lines[-1].startswith("25 steps, all ok, ")


def test_all_is_well_in_won(capsys: pytest.CaptureFixture[str]) -> None:
    """The shop says what it is in; amounts are sent and shown without places."""
    shop = FakeShop(currency="KRW")
    assert play(shop, "--json") == 0
    prices = {order["items"][0]["price"] for order in shop.orders.values()}
    assert {type(price) for price in prices} == {int}
    assert {4_000_002, 98_999} <= prices
    steps = results_by_title(capsys.readouterr().out)
    assert "98999 asked, 99000 is the price" in str(
        steps["choreography: wrong price"]["detail"]
    )


def test_the_report_has_no_colours_when_it_is_not_read_on_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file or a pipe gets plain text."""
    play(FakeShop())
    assert "\033" not in capsys.readouterr().out


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints nothing but the report."""
    assert play(FakeShop(), "--json") == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["ok"] is True
    assert [step["ok"] for step in whole["steps"]] == [True] * 25


def test_a_running_order_that_had_ended_is_reported_as_such(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A 409 is told, and the completed order is cancelled instead."""
    play(FakeShop(), "--json")
    steps = results_by_title(capsys.readouterr().out)
    assert steps["orchestration: cancel a running order"]["detail"] == (
        "409 SAGA_ENDED, it had completed; cancelled as a completed order: "
        "saga COMPLETED, order CANCELLED, payment REFUNDED"
    )
    assert steps["choreography: cancel a running order"]["detail"] == (
        "202, just completed: order CANCELLED, payment REFUNDED"
    )


def test_a_cent_that_is_not_given_back_is_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A refund one cent too small: the shortage says so, and so do the books."""
    assert play(FakeShop({"money"}), "--json") == 1
    steps = results_by_title(capsys.readouterr().out)
    shortage = steps["orchestration: shortage"]
    assert shortage["ok"] is False
    assert shortage["detail"] == "refunded amount"
    assert (shortage["expected"], shortage["seen"]) == ("48999.51", "48999.50")
    assert steps["the books of this run"]["detail"] == "charged − refunded"


def test_stock_that_is_not_reserved_is_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Stock that leaves without being reserved: step and books are off."""
    assert play(FakeShop({"stock"}), "--json") == 1
    steps = results_by_title(capsys.readouterr().out)
    completes = steps["choreography: an order completes"]
    assert completes["detail"] == "reserved stock"
    assert (completes["expected"], completes["seen"]) == ("2", "0")
    assert steps["the books of this run"]["detail"] == "reserved PROD001"


def test_a_second_order_for_the_same_key_is_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A service that ignores Idempotency-Key makes two orders."""
    assert play(FakeShop({"no-idempotency"}), "--json") == 1
    steps = results_by_title(capsys.readouterr().out)
    off = [title for title, step in steps.items() if not step["ok"]]
    # The books find the order nobody meant, too.
    assert off == [
        "choreography: Idempotency-Key replay",
        "orchestration: Idempotency-Key replay",
        "the books of this run",
    ]


def test_what_is_off_is_shown_with_what_was_expected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The text names both, one below the other, and the number of steps off."""
    play(FakeShop({"stock"}))
    out = capsys.readouterr().out
    assert "reserved stock\n              expected: 2\n              seen:     0" in out
    assert "25 steps, 3 off" in out


def test_refused_orders_leave_no_step_untold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A service that answers 503: each step says so, the run goes on to its end."""
    assert play(FakeShop({"refuse"}), "--json") == 1
    steps = results_by_title(capsys.readouterr().out)
    assert len(steps) == 25
    assert steps["choreography: shortage"]["detail"] == (
        'POST /api/orders (order) answered 503 instead of 201: {"message": "busy"}'
    )


def test_without_a_stack_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing answers: exit 2 and the command to start it."""
    assert main(["--port-offset", str(free_offset())]) == 2
    error = capsys.readouterr().err
    assert error.startswith("The order service does not answer at http://127.0.0.1:")
    assert error.endswith("Start the stack with `python3 manage_all.py up`.\n")


def test_an_unhealthy_stack_is_not_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """A service that says 503 of itself: exit 2, and no order is placed."""
    shop = FakeShop()
    shop.healthy = False
    assert play(shop) == 2
    assert "The order service is not healthy (503 from" in capsys.readouterr().err
    assert shop.orders == {}


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_a_timeout_must_be_a_number_above_0(seconds: str) -> None:
    """Argparse's exit code 2 for a timeout that makes no sense."""
    with pytest.raises(SystemExit) as stopped:
        main(["--timeout", seconds])
    assert stopped.value.code == 2
