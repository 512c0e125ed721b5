"""The commands inject_fault, list_faults and clear_faults."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common.faults.file import FaultFile
from common.faults.record import Action
from common.web.models import AuditEntry
from tests.common.faults.conftest import NOON

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("time", "file"),
]


def run(*arguments: str) -> str:
    """What was printed."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    """The sentence with which it ends; the exit code is 1."""
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 1
    return str(error.value)


def test_a_fault_is_injected(file: FaultFile) -> None:
    """By the user of the operating system, for a minute."""
    printed = run("inject_fault", "order.handle", "--action", "crash", "--times", "1")
    (made,) = file.read()
    assert printed == f"{made.fault_id}: crash at order.handle\n"
    assert (made.action, made.times, made.rate) == (Action.CRASH, 1, 1.0)
    assert made.until == NOON + timedelta(minutes=1)
    assert made.by.startswith("command:")
    assert AuditEntry.objects.get().actor == made.by


def test_all_options_count(file: FaultFile) -> None:
    """And JSON is printed as the API answers."""
    options = "--action slow --seconds 2 --rate 0.5 --duration 9 --reason why --json"
    printed = run("inject_fault", "order.request", *options.split())
    (made,) = file.read()
    assert (made.seconds, made.rate, made.reason) == (2.0, 0.5, "why")
    assert made.until == NOON + timedelta(seconds=9)
    assert json.loads(printed)["faultId"] == made.fault_id


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("order.nowhere --action crash", "point: must be a point of this service"),
        ("order.request --action fail", "action: must be crash or slow"),
        ("order.handle --action crash --times 0", "times: must be from 1 to 10000"),
        ("order.handle --action crash --rate 2", "rate: must be above 0 and at most 1"),
        ("order.handle --action crash --duration 9999", "durationSeconds: must be"),
    ],
)
def test_what_cannot_be_is_said(
    file: FaultFile, arguments: str, complaint: str
) -> None:
    """And nothing is turned on."""
    assert refusal("inject_fault", *arguments.split()).startswith(complaint)
    assert file.read() == []


def test_points_and_faults_are_listed(file: FaultFile) -> None:
    """For people and for programs."""
    run("inject_fault", "order.handle", "--action", "crash", "--times", "3")
    (made,) = file.read()
    lines = run("list_faults").splitlines()
    assert lines[0] == "order.handle (crash, fail, slow)"
    assert lines[-2:] == [
        "1 faults are on.",
        f"{made.fault_id}: crash at order.handle, 3 times until 12:01:00 UTC",
    ]
    shown = json.loads(run("list_faults", "--json"))
    assert [one["faultId"] for one in shown["faults"]] == [made.fault_id]
    assert {one["name"] for one in shown["points"]} >= {"order.request"}


def test_one_and_all_are_cleared(file: FaultFile) -> None:
    """One that is not on is an error; none at all is not."""
    for _ in range(3):
        run("inject_fault", "order.handle", "--action", "fail")
    first = file.read()[0].fault_id
    assert run("clear_faults", first).splitlines() == [
        f"{first}: off  order.handle",
        "1 faults turned off.",
    ]
    assert refusal("clear_faults", first) == f"There is no fault {first} that is on."
    assert len(json.loads(run("clear_faults", "--json"))["turnedOff"]) == 2
    assert run("clear_faults") == "0 faults turned off.\n"
    assert file.read() == []


@pytest.mark.parametrize(
    "arguments",
    ["inject_fault order.handle --action crash", "clear_faults", "list_faults"],
)
def test_production_has_none(settings: Any, arguments: str) -> None:
    """Said in a sentence."""
    settings.APP_PROFILE = "production"
    assert "demo and test only" in refusal(*arguments.split())
