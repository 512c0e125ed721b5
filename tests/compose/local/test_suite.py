"""Which tests run in which process, and how they are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.problem import Problem
from compose.local.suite import (
    GROUPS,
    Tally,
    chosen_groups,
    clean_environment,
    read_tally,
)


def chosen(*arguments: str) -> dict[str, list[str]]:
    """The arguments each group is run with, by its name."""
    return {group.name: found for group, found in chosen_groups(arguments)}


ALL = {
    "order": ["order_svc/tests"],
    "payment": ["payment_svc/tests"],
    "inventory": ["inventory_svc/tests"],
    "orchestrator": ["orchestrator_svc/tests"],
    "simulation": ["tests/simulation"],
    "e2e": ["tests/e2e"],
    "shared": ["tests", "--ignore=tests/simulation", "--ignore=tests/e2e"],
}


def test_without_a_path_every_group_runs() -> None:
    """Each with its own settings; what is no path goes to all."""
    assert chosen() == ALL
    with_option = {name: [*found, "-x"] for name, found in ALL.items()}
    assert chosen("-x") == with_option


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "tests/compose/local/test_suite.py::test_x",
            {
                "shared": [
                    "tests/compose/local/test_suite.py::test_x",
                    "--ignore=tests/simulation",
                    "--ignore=tests/e2e",
                ]
            },
        ),
        ("tests/simulation", {"simulation": ["tests/simulation"]}),
        ("tests", {name: ALL[name] for name in ("simulation", "e2e", "shared")}),
        ("order_svc", {"order": ["order_svc/tests"]}),
    ],
)
def test_a_path_chooses_its_groups(path: str, expected: dict[str, list[str]]) -> None:
    """The group it lies in, or those that lie below it."""
    assert chosen(path) == expected


def test_a_path_without_tests_is_refused() -> None:
    """The sentence says where tests are."""
    with pytest.raises(Problem, match=r"common holds no tests. They are in inventory_"):
        chosen_groups(["common"])


def test_an_option_of_pytest_is_no_path() -> None:
    """The value of -k goes along with it."""
    assert chosen("-k", "outbox", "tests/simulation") == {
        "simulation": ["tests/simulation", "-k", "outbox"]
    }


def test_the_groups_of_the_services_have_their_settings() -> None:
    """One Django settings for each process of pytest."""
    assert {group.name: group.settings for group in GROUPS} == {
        "order": "order_svc.settings",
        "payment": "payment_svc.settings",
        "inventory": "inventory_svc.settings",
        "orchestrator": "orchestrator_svc.settings",
        "simulation": "tests.simulation.settings",
        "e2e": "tests.settings",
        "shared": "tests.settings",
    }


def test_tallies_add_up_to_one_line() -> None:
    """Skipped tests are named only where there are some."""
    assert str(Tally(passed=2) + Tally(passed=3, failed=1)) == "5 passed, 1 failed"
    assert str(Tally(5, 0, 2)) == "5 passed, 0 failed, 2 skipped"


def test_errors_count_as_failed(tmp_path: Path) -> None:
    """A test that could not be set up has not passed."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/>'
        "</testsuites>"
    )
    assert read_tally(report) == Tally(passed=4, failed=3, skipped=3)


def test_no_report_is_nothing(tmp_path: Path) -> None:
    """A pytest that broke wrote none."""
    assert read_tally(tmp_path / "none.xml") == Tally()


def test_tests_do_not_see_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell set up for a running stack changes nothing for them."""
    monkeypatch.setenv("PORT_OFFSET", "100")
    monkeypatch.setenv("LOG_URL", "embedded:///somewhere")
    found = clean_environment(Path("/folder"))
    assert "PORT_OFFSET" not in found
    assert "LOG_URL" not in found
    assert found["STATE_DIR"] == "/folder/state"
    assert found["APP_PROFILE"] == "test"
