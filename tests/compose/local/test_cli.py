"""The command line: help, mistakes, and what needs no running stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compose.local import cli
from compose.local.problem import Problem


@pytest.fixture(autouse=True)
def state_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A STATE_DIR of the test's own, and no offset."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    for name in ("PORT_OFFSET", "TOSS_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "state"


Output = pytest.CaptureFixture[str]


def test_help_names_every_command_on_one_line(capsys: Output) -> None:
    """Each command has a line of at most 88 columns that begins with its name."""
    assert cli.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for command in cli.COMMANDS:
        (line,) = [line for line in lines if line.startswith(f"  {command.name} ")]
        assert line.endswith(command.summary)
    assert max(map(len, lines)) <= 88


def test_no_command_is_a_request_for_help(capsys: Output) -> None:
    """Without arguments the help is printed."""
    assert cli.main([]) == 0
    assert capsys.readouterr().out == cli.help_text()


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["upp"], "There is no command 'upp'. The commands are: up, down,"),
        (["logs", "shop"], "There is no process 'shop'. The processes are: order-web,"),
        (["logs", "-n", "x"], "Argument -n/--lines: invalid int value: 'x'."),
        (["status", "--xml"], "Unrecognized arguments: --xml."),
        (["manage", "shop", "migrate"], "There is no service 'shop'. The services are"),
        (["manage"], "Say which service and which command"),
        (["restart", "order-web"], "Nothing runs in "),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(
    argv: list[str], sentence: str, capsys: Output
) -> None:
    """Nothing but the sentence is printed, and that to standard error."""
    assert cli.main(argv) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"manage_all.py: {sentence}")


@pytest.mark.parametrize("offset", ["-1", "many", "99999"])
def test_an_impossible_offset_is_named(
    offset: str, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PORT_OFFSET must be a number that leaves ports below 65536."""
    monkeypatch.setenv("PORT_OFFSET", offset)
    assert cli.main(["status"]) == 2
    expected = (
        f"manage_all.py: PORT_OFFSET is {offset!r}; "
        "it must be a whole number from 0 to 60000.\n"
    )
    assert capsys.readouterr().err == expected


def test_status_of_nothing_lists_its_stopped_processes(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON: name, kind, pid, state, port of each; the exit code is 3."""
    monkeypatch.setenv("PORT_OFFSET", "10")
    assert cli.main(["status", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in found] == [
        *(
            f"{service}-{kind}"
            for service in ("order", "payment", "inventory", "orchestrator")
            for kind in ("web", "worker")
        ),
        "storefront-web",
        "storefront-door",
        "toss-sandbox",
    ]
    assert found[0] == {
        "name": "order-web",
        "kind": "web",
        "pid": None,
        "state": "STOPPED",
        "port": 3011,
    }


def test_status_without_json_is_a_table(capsys: Output) -> None:
    """A heading, then a line for each process."""
    assert cli.main(["status"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert lines[0].split() == ["name", "kind", "pid", "state", "port"]
    assert lines[8].split() == ["orchestrator-worker", "worker", "-", "STOPPED", "3004"]


def test_down_of_nothing_is_harmless(capsys: Output, state_dir: Path) -> None:
    """It says so, and makes nothing."""
    assert cli.main(["down"]) == 0
    assert capsys.readouterr().out == f"Nothing was running in {state_dir}.\n"
    assert not state_dir.exists()


def test_ctrl_c_is_130_without_a_traceback(capsys: Output) -> None:
    """An interrupted command ends as the shell expects."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    assert cli.guarded(interrupted) == 130
    assert capsys.readouterr().err == "\n"


def test_a_problem_decides_the_exit_code(capsys: Output) -> None:
    """What was tried and failed is 1."""

    def failing() -> int:
        raise Problem("order-web is not healthy.", 1)

    assert cli.guarded(failing) == 1
    assert capsys.readouterr().err == "manage_all.py: order-web is not healthy.\n"
