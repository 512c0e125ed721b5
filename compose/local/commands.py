"""What each command does; every function returns the exit code."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from dataclasses import asdict

from common.conf.currency import currency
from common.conf.env import ConfigurationError, env_int
from common.conf.profile import state_dir
from common.conf.service import MAX_OFFSET, SERVICES
from compose.local import sandbox, storefront
from compose.local.databases import management_command
from compose.local.logs import follow, last_lines
from compose.local.problem import Problem
from compose.local.stack import Stack
from compose.local.started import Started
from compose.local.terminal import Progress, table
from compose.local.topology import selected, service_named

NOT_ALL_RUN = 3

WELCOME = """
{addresses}

Try:
  curl -s {order}/api/orders -H 'Content-Type: application/json' -d '{body}'
  curl -s {orchestrator}/api/orchestrator/orders -H 'Content-Type: application/json' \
-d '{body}'
  curl -s {orchestrator}/api/orchestrator/sagas

Then: python3 manage_all.py status | logs -f | scenarios | down\
"""

ORDER = (
    '{{"customerId": "CUST001", "items": [{{"productId": "PROD001", '
    '"productName": "Laptop", "quantity": 1, "price": {price}}}]}}'
)
# The sample's prices of a laptop.
PRICES = {"USD": "999.99", "KRW": "1350000"}


def _stack() -> Stack:
    """The stack of STATE_DIR as it runs, or as it would be started without options."""
    stack = Stack(state_dir(), _offset())
    runs = stack.started() if stack.is_up() else None
    return stack if runs is None else _as(runs)


def _as(how: Started) -> Stack:
    return Stack(
        state_dir(),
        how.port_offset,
        kind=how.kind,
        workers=how.workers,
        currency=how.currency,
    )


def _offset() -> int:
    try:
        return env_int("PORT_OFFSET", 0, maximum=MAX_OFFSET)
    except ConfigurationError as error:
        raise Problem(str(error)) from error


def _currency() -> str:
    try:
        return currency().code
    except ConfigurationError as error:
        raise Problem(str(error)) from error


def _wanted(options: Namespace) -> Stack:
    """The stack to start: what is not said is as it runs, or else the default."""
    runs = _stack().how
    offset = _offset() if os.environ.get("PORT_OFFSET") else runs.port_offset
    kind, workers = options.stack or runs.kind, options.workers or runs.workers
    money = _currency() if os.environ.get("CURRENCY") else runs.currency
    return _as(Started(offset, kind, workers, money))


def up(options: Namespace) -> int:
    """Everything runs and is healthy, and the person knows where."""
    return _start(_wanted(options))


def _start(stack: Stack) -> int:
    progress = Progress()
    try:
        fresh = stack.start(progress.phase)
        if not fresh:
            _adjust(stack, progress)
        _wait(stack, progress, stop_on_failure=fresh)
    finally:
        progress.end()
    progress.phase(f"all {len(stack.processes)} processes are healthy")
    print(_welcome(stack))
    return 0


def _adjust(stack: Stack, progress: Progress) -> None:
    runs = stack.started() or stack.how
    if runs.workers == stack.how.workers:
        progress.phase("already running")
        return
    progress.phase(f"workers of each service: {runs.workers} -> {stack.how.workers}")
    stack.scale(stack.how.workers)


def _wait(stack: Stack, progress: Progress, *, stop_on_failure: bool) -> None:
    try:
        stack.wait_healthy(watch=progress.watch)
    except Problem as problem:
        if not stop_on_failure:
            raise
        stack.stop()
        raise Problem(f"{problem}\nEverything was stopped again.", 1) from problem
    except KeyboardInterrupt:
        if stop_on_failure:
            progress.phase("interrupted, stopping again")
            stack.stop()
        raise


def _welcome(stack: Stack) -> str:
    addresses = [
        f"  {name:<14}{stack.url(name)}    {stack.url(name)}/api/docs"
        for name in SERVICES
    ]
    addresses += [
        f"  {name:<14}{stack.url(name)}"
        for name in (storefront.SERVICE, sandbox.NAME)
        if any(spec.service == name for spec in stack.processes)
    ]
    return WELCOME.format(
        addresses="\n".join(addresses),
        order=stack.url("order"),
        orchestrator=stack.url("orchestrator"),
        body=ORDER.format(price=PRICES[stack.how.currency]),
    )


def down(_options: Namespace) -> int:
    """Nothing of this stack runs, nor of what it stands on."""
    stack = _stack()
    stopped = [*stack.stop(), *_stop_infra(stack)]
    if stopped:
        print(f"Stopped {', '.join(stopped)}.")
    else:
        print(f"Nothing was running in {stack.places.root}.")
    return 0


def _stop_infra(stack: Stack) -> list[str]:
    """What `infra up` started, or what a stack that crashed has left."""
    if not (stack.places.root / "infra").is_dir():
        return []
    from compose.infra.backbone import Infra

    return Infra(stack.places.root).down()


def status(options: Namespace) -> int:
    """The state of every process is printed."""
    stack = _stack()
    states = [*stack.status(), *(stack.infra.status() if stack.infra else ())]
    if options.json:
        print(json.dumps([asdict(state) for state in states], indent=2))
    else:
        print(table(states))
    running = all(state.state == "RUNNING" for state in states)
    return 0 if running else NOT_ALL_RUN


def restart(options: Namespace) -> int:
    """These processes, or all and the supervisor, were started anew."""
    if not options.names:
        how = _stack().how
        down(options)
        return _start(_as(how))
    stack = _stack()
    names = [spec.name for spec in selected(stack.processes, options.names)]
    if not stack.is_up():
        raise Problem(f"Nothing runs in {stack.places.root}. Start it with `up`.")
    stack.restart(names)
    stack.wait_healthy()
    print(f"Restarted {', '.join(names)}.")
    return 0


def logs(options: Namespace) -> int:
    """The last lines of these processes are printed, then new ones as they come."""
    stack = _stack()
    chosen = selected(stack.processes, [options.name] if options.name else [])
    names = {stack.places.log_of(spec.name): spec.name for spec in chosen}
    new_lines = follow(list(names))  # from here on, so that none is missed
    for path, name in names.items():
        for line in last_lines(path, options.lines):
            print(_log_line(name, line, len(names)))
    if options.follow:
        for path, line in new_lines:
            print(_log_line(names[path], line, len(names)), flush=True)
    return 0


def _log_line(name: str, line: str, processes: int) -> str:
    return line if processes == 1 else f"{name:<20} {line}"


def reset(options: Namespace) -> int:
    """Nothing of this stack runs, and its data are gone."""
    stack = _stack()
    if not stack.places.root.exists():
        print(f"{stack.places.root} is not there; there is nothing to remove.")
        return 0
    stack.places.check_ours()
    if not options.yes and not _agreed(f"Delete all data in {stack.places.root}?"):
        print("Nothing was removed.")
        return 1
    stack.stop()
    _stop_infra(stack)
    removed = stack.places.remove()
    print(f"Removed {', '.join(removed)} from {stack.places.root}.")
    return 0


def _agreed(question: str) -> bool:
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def infra(options: Namespace) -> int:
    """The real components by themselves were started, stopped or looked at."""
    from compose.infra.backbone import Infra  # brings the drivers of all four
    from compose.infra.commands import run

    return run(Infra(state_dir(), _offset()), options)


def manage(options: Namespace) -> int:
    """Django's manage.py of the service takes over this process."""
    if not options.arguments or options.arguments[0] in {"-h", "--help"}:
        raise Problem(
            "Say which service and which command, for example: "
            "manage_all.py manage order showmigrations"
        )
    name, *arguments = options.arguments
    service = service_named(name)
    stack = _stack()
    stack.places.make()
    command = management_command(service, arguments)
    os.execve(command[0], command, stack.environment_of(service.name))


def scenarios(options: Namespace) -> int:
    """The business cases were played on the running stack."""
    from compose.scenarios.run import main

    return main(options.arguments)


def bench(options: Namespace) -> int:
    """A stack of its own was measured."""
    from compose.bench.run import main

    return main(options.arguments)


def test(options: Namespace) -> int:
    """The checks and the suite have run."""
    from compose.local.suite import main

    return main(options.arguments)
