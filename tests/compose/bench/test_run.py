"""The program `bench` before a fake shop: exit codes, figures, planted faults."""

from __future__ import annotations

import json

import pytest

from compose.bench.run import main
from tests.compose.scenarios.fake_shop import FakeShop, free_offset, running

SMALL = ("--orders", "40", "--light-orders", "3", "--concurrency", "4")


def bench(shop: FakeShop, *options: str) -> int:
    """The exit code of a bench of the fake shop."""
    with running(shop) as offset:
        url = ("--url", "http://127.0.0.1", "--port-offset", str(offset))
        return main([*SMALL, *url, *options])


def test_right_books_give_figures_for_both_patterns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 0 and one JSON object on stdout, nothing else."""
    shop = FakeShop(scale=10)
    assert bench(shop, "--pattern", "both", "--failures", "10", "--json") == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["books"] == "right"
    assert [each["pattern"] for each in whole["patterns"]] == [
        "orchestration",
        "choreography",
    ]
    for each in whole["patterns"]:
        assert each["orders"] == 40
        assert each["kinds"] == {"sale": 36, "shortage": 2, "decline": 2}
        assert each["light_seen"]["count"] == 3
        assert each["load_recorded"]["count"] == 40
        assert each["usage"] is None
    # Both patterns: 10 to warm up, 3 light, 40 under load.
    assert len(shop.orders) == 2 * 53


def test_progress_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Stdout holds the figures only."""
    assert bench(FakeShop(scale=10)) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("books right; ")
    assert "40 orders under load" in captured.err


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("stock", "stock of PROD001: expected "),
        ("money", "refunded instead of "),
    ],
)
def test_wrong_books_give_no_figures(
    fault: str, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, what is off on stderr, and not one figure."""
    assert bench(FakeShop({fault}, scale=10), "--failures", "10") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "The books are off, so there are no figures." in captured.err
    assert found in captured.err


def test_refused_orders_give_no_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """The first refusal is shown."""
    assert bench(FakeShop({"refuse"}, scale=10)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert 'answered 503: b\'{"message": "busy"}\'' in captured.err


def test_too_little_stock_is_said_before_the_first_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 2, and nothing was ordered."""
    shop = FakeShop()
    assert bench(shop, "--orders", "1000") == 2
    assert "Too little stock of " in capsys.readouterr().err
    assert shop.orders == {}


def test_an_order_that_never_ends_stops_the_bench(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After --stall seconds without an end: how many are left, and no figures."""
    shop = FakeShop({"never-ends"}, scale=10)
    assert bench(shop, "--failures", "10", "--stall", "0.1") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "2 orders of the orchestration have not ended" in captured.err


def test_without_a_stack_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 2 and the command to start one."""
    offset = str(free_offset())
    assert main(["--url", "http://127.0.0.1", "--port-offset", offset]) == 2
    error = capsys.readouterr().err
    assert error.startswith("The inventory service does not answer at http://127.")
    assert error.endswith("Start the stack with `python3 manage_all.py up`.\n")
