"""The commands on a stack that runs, or fails to."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest

from compose.local import cli, commands
from compose.local.stack import Stack
from inventory_svc.stock.sample import SAMPLES
from tests.compose.local.conftest import MakeStack

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def state_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The STATE_DIR of `make_stack`, and no offset."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("PORT_OFFSET", raising=False)
    return tmp_path / "state"


def with_processes_of(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands know these processes instead of the eight."""
    monkeypatch.setattr(commands, "Stack", partial(Stack, processes=stack.processes))


@pytest.fixture
def commanded(running: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A running stack that the commands act on."""
    with_processes_of(running, monkeypatch)
    return running


def test_status_of_a_running_stack_is_0(commanded: Stack, capsys: Output) -> None:
    """Both processes are shown as running, with their ids."""
    assert cli.main(["status"]) == 0
    _, web, worker = capsys.readouterr().out.splitlines()
    port = str(commanded.processes[0].port)
    pid = str(commanded.pid_of("fake-web"))
    assert web.split() == ["fake-web", "web", pid, "RUNNING", port]
    assert worker.split()[3] == "RUNNING"


def test_restart_of_one_process_leaves_the_other(
    commanded: Stack, capsys: Output
) -> None:
    """It returns when the process is healthy again."""
    web, worker = commanded.pid_of("fake-web"), commanded.pid_of("fake-worker")
    assert cli.main(["restart", "fake-worker"]) == 0
    assert capsys.readouterr().out == "Restarted fake-worker.\n"
    assert commanded.pid_of("fake-web") == web
    assert commanded.pid_of("fake-worker") != worker


def test_logs_of_all_are_prefixed_and_of_one_are_not(
    commanded: Stack, capsys: Output
) -> None:
    """The prefix says whose line it is."""
    assert cli.main(["logs"]) == 0
    assert "fake-worker          the worker works\n" in capsys.readouterr().out
    assert cli.main(["logs", "fake-worker"]) == 0
    assert capsys.readouterr().out == "the worker works\n"


def test_down_names_what_it_stopped(commanded: Stack, capsys: Output) -> None:
    """A second one finds nothing to stop."""
    assert cli.main(["down"]) == 0
    assert capsys.readouterr().out == "Stopped fake-web, fake-worker.\n"
    assert cli.main(["down"]) == 0
    assert capsys.readouterr().out.startswith("Nothing was running in ")


def test_reset_asks_and_takes_no_for_an_answer(
    commanded: Stack, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stopped or removed."""
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert cli.main(["reset"]) == 1
    expected = (
        f"Delete all data in {commanded.places.root}? [y/N] Nothing was removed.\n"
    )
    assert capsys.readouterr().out == expected
    assert commanded.is_up()


def test_reset_stops_and_removes(commanded: Stack, state_dir: Path) -> None:
    """Said yes beforehand, it doesn't ask."""
    assert cli.main(["reset", "--yes"]) == 0
    assert not state_dir.exists()
    assert commanded.is_up() is False


def test_up_that_fails_says_why_and_stops_again(
    make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """The process is named, its last lines are shown, nothing is left running."""
    stack = make_stack(worker_does="fail")
    with_processes_of(stack, monkeypatch)
    assert cli.main(["up"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("manage_all.py: fake-worker keeps ending right after")
    assert "  the fake can't find its database\n" in said
    assert said.endswith("Everything was stopped again.\n")
    assert stack.is_up() is False


def test_up_in_a_currency_there_is_not_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, state_dir: Path
) -> None:
    """One sentence, and nothing is made."""
    monkeypatch.setenv("CURRENCY", "EUR")
    assert cli.main(["up"]) == 2
    assert capsys.readouterr().err == (
        "manage_all.py: CURRENCY is 'EUR'; it must be one of USD, KRW.\n"
    )
    assert not state_dir.exists()


@pytest.mark.parametrize("currency", list(SAMPLES))
def test_what_up_proposes_to_order_has_the_price_of_the_stock(
    monkeypatch: pytest.MonkeyPatch, currency: str
) -> None:
    """In each currency; else the first order would be refused."""
    monkeypatch.setenv("CURRENCY", currency)
    welcome = commands._welcome(commands._stack())
    price = SAMPLES[currency]["PROD001"].price
    assert f'"productName": "Laptop", "quantity": 1, "price": {price}}}]}}' in welcome


def test_up_names_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the contract's address."""
    monkeypatch.setenv("PORT_OFFSET", "10")
    welcome = commands._welcome(commands._stack())
    assert "storefront    http://127.0.0.1:3010\n" in welcome


@pytest.mark.parametrize(("key", "is_named"), [("", True), ("test_sk_real", False)])
def test_up_names_the_sandbox_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, key: str, *, is_named: bool
) -> None:
    """With the real Toss there is none."""
    monkeypatch.setenv("TOSS_SECRET_KEY", key)
    monkeypatch.setenv("PORT_OFFSET", "10")
    welcome = commands._welcome(commands._stack())
    assert ("toss-sandbox  http://127.0.0.1:3910\n" in welcome) is is_named
