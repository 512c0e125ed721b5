"""Which tests run in which process, and which an argument chooses."""

from __future__ import annotations

import pytest

from compose.local.groups import GROUPS, SERVERS, chosen_groups, groups_on
from compose.local.problem import Problem


def chosen(*arguments: str) -> dict[str, list[str]]:
    """The arguments each group is run with, by its name."""
    return {group.name: found for group, found in chosen_groups(arguments)}


ALL = {
    "order": ["order_svc/tests"],
    "payment": ["payment_svc/tests"],
    "inventory": ["inventory_svc/tests"],
    "orchestrator": ["orchestrator_svc/tests"],
    "storefront": ["order_svc/storefront/tests"],
    "simulation": ["tests/simulation"],
    "e2e": ["tests/e2e"],
    "toss-sandbox": ["tests/compose/toss_sandbox"],
    "shared": [
        "tests",
        "--ignore=tests/simulation",
        "--ignore=tests/e2e",
        "--ignore=tests/compose/toss_sandbox",
    ],
}


STORED = [
    "tests/common",
    "--ignore=tests/common/conf",
    "--ignore=tests/common/log",
    "--ignore=tests/common/saga",
]
OF_TESTS = ("simulation", "e2e", "toss-sandbox", "shared")
SERVICES = ("order", "payment", "inventory", "orchestrator")


def on(server: str) -> dict[str, list[str]]:
    """All groups that run on this server."""
    services = {f"{name} on {server}": ALL[name] for name in SERVICES}
    return {**services, f"shared on {server}": STORED}


def test_without_a_path_every_group_runs() -> None:
    """Each with its own settings, and on every server; what is no path goes to all."""
    everything = {**ALL, **on("postgres"), **on("mongodb")}
    assert chosen() == everything
    with_option = {name: [*found, "-x"] for name, found in everything.items()}
    assert chosen("-x") == with_option


def test_a_server_can_be_chosen() -> None:
    """For all that know a database, or for a path."""
    assert chosen("--on", "mongodb") == on("mongodb")
    path = "order_svc/tests/test_api.py"
    assert chosen("--on", "postgres", path) == {"order on postgres": [path]}


@pytest.mark.parametrize("arguments", [("--on",), ("--on", "oracle")])
def test_an_unknown_server_is_refused(arguments: tuple[str, ...]) -> None:
    """The sentence names those there are."""
    with pytest.raises(Problem, match="--on takes one of postgres, mongodb"):
        chosen_groups(arguments)


def test_on_mongodb_the_plugin_is_used() -> None:
    """Without it each test takes ten times as long; on PostgreSQL it is not needed."""
    there = {group.database: group.options for group in groups_on("mongodb")}
    assert "tests.on_mongodb" in there["mongodb"]
    assert all("tests.on_mongodb" not in each.options for each in groups_on("postgres"))


@pytest.mark.parametrize("server", SERVERS)
def test_on_a_server_runs_only_what_uses_a_database(server: str) -> None:
    """All else was run once, and is the same there."""
    assert all("tests.on_server" in group.options for group in groups_on(server))


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
                    "--ignore=tests/compose/toss_sandbox",
                ]
            },
        ),
        ("tests/simulation", {"simulation": ["tests/simulation"]}),
        ("tests", {name: ALL[name] for name in OF_TESTS}),
        (
            "order_svc",
            {
                "order": ["order_svc/tests"],
                "storefront": ["order_svc/storefront/tests"],
            },
        ),
        (
            "order_svc/storefront/tests/test_goods.py",
            {"storefront": ["order_svc/storefront/tests/test_goods.py"]},
        ),
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
        "storefront": "order_svc.storefront.settings",
        "simulation": "tests.simulation.settings",
        "e2e": "tests.settings",
        "toss-sandbox": "compose.toss_sandbox.settings",
        "shared": "tests.settings",
    }


def test_a_path_that_is_not_there_is_said() -> None:
    """Not taken for an option, which would run everything."""
    with pytest.raises(Problem, match="There is no tests/comon"):
        chosen("tests/comon")
    assert chosen("-k", "this/that") == {
        name: [*found, "-k", "this/that"] for name, found in chosen().items()
    }
