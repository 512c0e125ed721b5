"""Which tests run in one process of pytest, and which of them an argument chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from common.conf.service import SERVICES
from compose.local.problem import Problem
from compose.local.topology import repository

COVERED = ("--cov", "--cov-report=")
ON = "--on"


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that run in one process of pytest, which holds one Django settings."""

    name: str
    path: str
    settings: str
    without: tuple[str, ...] = ()
    options: tuple[str, ...] = COVERED
    database: str = ""  # the real server they run on; else SQLite
    alone: bool = False  # they use all cores themselves


# Hundreds of histories: side by side, and without the measuring, which makes each take
# three times as long; what they run through is measured by the other groups.
SIMULATION = Group(
    "simulation",
    "tests/simulation",
    "tests.simulation.settings",
    options=("--numprocesses=auto",),
    alone=True,
)
# Real processes, which measuring does not reach.
END_TO_END = Group("e2e", "tests/e2e", "tests.settings", options=(), alone=True)

OF_SERVICES = tuple(
    Group(service.name, f"{service.package}/tests", f"{service.package}.settings")
    for service in SERVICES.values()
)
SANDBOX = Group(
    "toss-sandbox", "tests/compose/toss_sandbox", "compose.toss_sandbox.settings"
)
# It has no database, and so none to run on.
SHOP = Group(
    "storefront", "order_svc/storefront/tests", "order_svc.storefront.settings"
)
SHARED = Group(
    "shared",
    "tests",
    "tests.settings",
    without=(SIMULATION.path, END_TO_END.path, SANDBOX.path),
)
# From special to general: SHARED has what lies in no other's folder.
GROUPS = (*OF_SERVICES, SHOP, SIMULATION, END_TO_END, SANDBOX, SHARED)

# What a server needs beside: nothing slow and nothing without rows, for that proves
# nothing about the server.
ON_A_SERVER = ("-m", "not slow", "-p", "tests.on_server")
SERVERS = {
    "postgres": (*ON_A_SERVER, "-p", "tests.on_postgres"),
    "mongodb": (*ON_A_SERVER, "-p", "tests.on_mongodb"),
}
# The parts of `common` that know no database.
WITHOUT_DATABASE = ("conf", "log", "saga")


def on_server(group: Group, server: str) -> Group:
    """The same tests with their rows on this server."""
    return replace(
        group,
        name=f"{group.name} on {server}",
        options=(*group.options, *SERVERS[server]),
        database=server,
    )


def groups_on(server: str) -> tuple[Group, ...]:
    """The tests whose outcome may depend on the database."""
    without = tuple(f"tests/common/{part}" for part in WITHOUT_DATABASE)
    stored = replace(SHARED, path="tests/common", without=without)
    return tuple(on_server(group, server) for group in (*OF_SERVICES, stored))


def chosen_groups(arguments: Sequence[str]) -> list[tuple[Group, list[str]]]:
    """The groups that the paths among the arguments belong to, each with its own.

    Without a path every group runs, and on every server those that know a database;
    what is no path goes to all of them.
    """
    server, arguments = _server(list(arguments))
    paths = [argument for argument in arguments if _is_path(argument)]
    rest = [argument for argument in arguments if argument not in paths]
    chosen: dict[Group, list[str]] = {}
    for path in paths:
        for group, part in _parts(path).items():
            there = on_server(group, server) if server else group
            chosen.setdefault(there, []).append(part)
    if not paths:
        chosen = {group: [group.path] for group in _all(server)}
    return [
        (group, [*parts, *_without(group), *rest]) for group, parts in chosen.items()
    ]


def _all(server: str) -> tuple[Group, ...]:
    if server:
        return groups_on(server)
    on_servers = (group for each in SERVERS for group in groups_on(each))
    return (*GROUPS[:-1], *on_servers, SHARED)  # what takes longest stands last


def _server(arguments: list[str]) -> tuple[str, list[str]]:
    """The server named after --on, if any, and the other arguments."""
    if ON not in arguments:
        return "", arguments
    place = arguments.index(ON)
    named = arguments[place + 1 : place + 2]
    if not named or named[0] not in SERVERS:
        raise Problem(f"{ON} takes one of {', '.join(SERVERS)}.")
    return named[0], [*arguments[:place], *arguments[place + 2 :]]


def _is_path(argument: str) -> bool:
    name = argument.split("::", maxsplit=1)[0]
    if name.startswith("-"):
        return False
    place, first = repository / name, Path(name).parts[:1]
    if "/" in name and not place.exists() and repository.joinpath(*first).is_dir():
        raise Problem(f"There is no {name}. Nothing was run.")
    return place.exists()


def _without(group: Group) -> list[str]:
    return [f"--ignore={path}" for path in group.without]


def _parts(path: str) -> dict[Group, str]:
    """The group `path` lies in, and those that lie below it, each with its part."""
    asked = (repository / path.split("::", maxsplit=1)[0]).resolve()
    roots = {group: repository / group.path for group in GROUPS}
    found = {
        group: group.path for group, root in roots.items() if asked in root.parents
    }
    inside = [group for group, root in roots.items() if asked.is_relative_to(root)]
    if inside:
        found[inside[0]] = path
    if not found:
        places = ", ".join(sorted(group.path for group in GROUPS))
        raise Problem(f"{path} holds no tests. They are in {places}.")
    return found
