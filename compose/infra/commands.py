"""`infra up`, `infra down`, `infra status`: the real components by themselves."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence

from common.conf.service import SERVICES
from compose.infra.backbone import PARTS, Infra
from compose.local.problem import Problem
from compose.local.terminal import Progress, table

NOT_ALL_RUN = 3


def run(infra: Infra, options: Namespace) -> int:
    """Do what is asked with the parts that are named, or with all; the exit code."""
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        known = ", ".join(PARTS)
        raise Problem(f"There is no part {unknown[0]!r}. The parts are: {known}.")
    actions: dict[str, Callable[[Infra, Sequence[str]], int]] = {
        "up": up,
        "down": down,
        "status": status,
    }
    return actions[options.action](infra, options.parts or PARTS)


def up(infra: Infra, names: Sequence[str]) -> int:
    """These parts serve, and the person knows where."""
    progress = Progress()
    infra.up(names, progress.phase)
    progress.phase(f"{', '.join(names)}: ready")
    print("\n" + "\n".join(addresses(infra, names)))
    return 0


def addresses(infra: Infra, names: Sequence[str]) -> list[str]:
    """What to set for a service that is to use these parts.

    Passwords are left out: what is on a screen is soon in a log.
    """
    lines = {
        "kafka": [f"LOG_URL={infra.kafka.url}"],
        "postgres": [
            f"DATABASE_URL={infra.postgres.shown_url(name)}" for name in SERVICES
        ],
        "mongodb": [f"DATABASE_URL={infra.mongodb.url(name)}" for name in SERVICES],
        "redis": [f"CELERY_BROKER_URL={infra.redis.url}"],
    }
    return [f"  {line}" for name in names for line in lines[name]]


def down(infra: Infra, names: Sequence[str]) -> int:
    """These parts do not run; their data stay."""
    ended = infra.down(names)
    if ended:
        print(f"Stopped {', '.join(ended)}.")
    else:
        print(f"None of {', '.join(names)} was running in {infra.places.root}.")
    return 0


def status(infra: Infra, names: Sequence[str]) -> int:
    """The processes of these parts are printed, or what is missing to start them."""
    missing = infra.missing(names)
    states = [
        state
        for state, spec in zip(infra.status(), infra.processes, strict=True)
        if spec.service in names
    ]
    if states:
        print(table(states))
    for name in names:
        if name in missing:
            print(f"{name}: {missing[name]}")
        elif name not in infra.running():
            print(f"{name}: not started")
    running = set(names) <= set(infra.running())
    return (
        0 if running and all(one.state == "RUNNING" for one in states) else NOT_ALL_RUN
    )
