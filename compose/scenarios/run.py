"""`manage_all.py scenarios`: play every story against the running stack."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from common.conf.service import SERVICES
from compose.scenarios.api import (
    NotReachable,
    ServiceError,
    Services,
    UnexpectedAnswer,
)
from compose.scenarios.report import (
    StepResult,
    as_json,
    step_lines,
    summary,
    wants_colour,
)
from compose.scenarios.shop import Mismatch, Run
from compose.scenarios.steps import Step, all_steps

OK, OFF, NOT_RUNNING = 0, 1, 2


def main(argv: Sequence[str]) -> int:
    """0 when all is as the contract says, 1 when not, 2 when nothing runs."""
    options = parser().parse_args(argv)
    with Services(port_offset=options.port_offset, timeout=options.timeout) as services:
        trouble = not_running(services)
        if trouble:
            print(trouble, file=sys.stderr)
            return NOT_RUNNING
        return play_all(Run(services), list(all_steps()), json=options.json)


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="manage_all.py scenarios",
        description="Play the stories of the shop against the running stack, in both "
        "patterns: orders, shortage, declines, wrong prices, retry, cancellations, "
        "repeated requests; and check the books at the end.",
        epilog="Exit code: 0 all is well, 1 something is off, 2 the stack is not up.",
    )
    made.add_argument("--json", action="store_true", help="print one JSON object")
    made.add_argument(
        "--timeout",
        type=positive,
        default=15.0,
        metavar="SECONDS",
        help="how long to wait for an order to end (default: 15)",
    )
    made.add_argument(
        "--port-offset",
        type=int,
        default=os.environ.get("PORT_OFFSET", "0"),
        help="added to the ports 3001 to 3004 (default: PORT_OFFSET, or 0)",
    )
    return made


def positive(text: str) -> float:
    """A number above 0, or argparse says what is wrong."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return value


def not_running(services: Services) -> str:
    """Why the stack can't be used, and what to do; empty when all four are healthy."""
    for service in SERVICES:
        try:
            answer = services.ask(service, "/health")
        except (NotReachable, UnexpectedAnswer) as error:
            return f"{error} Start the stack with `python3 manage_all.py up`."
        if answer.status != 200:
            return (
                f"The {service} service is not healthy ({answer.status} from "
                f"{services.url(service, '/health')}). Look at `python3 manage_all.py "
                f"status`, or start it with `python3 manage_all.py up`."
            )
    return ""


def play_all(run: Run, steps: Sequence[Step], *, json: bool) -> int:
    """Every step is played, also after one that is off."""
    results = played(run, steps)
    whole = list(results) if json else list(shown_as_they_come(results, steps))
    if json:
        print(as_json(whole))
    return OK if all(result.ok for result in whole) else OFF


def played(run: Run, steps: Iterable[Step]) -> Iterator[StepResult]:
    """The results, one by one."""
    for step in steps:
        yield play(run, step)


def play(run: Run, step: Step) -> StepResult:
    """How the step went; a service at fault is a result, a fault of ours is raised."""
    begin = time.monotonic()
    expected = seen = ""
    try:
        detail, ok = step.play(run), True
    except Mismatch as error:
        detail, ok = error.what, False
        expected, seen = error.expected, error.seen
    except ServiceError as error:
        detail, ok = str(error), False
    return StepResult(
        title=step.title,
        ok=ok,
        seconds=round(time.monotonic() - begin, 3),
        detail=detail,
        expected=expected,
        seen=seen,
    )


def shown_as_they_come(
    results: Iterable[StepResult], steps: Sequence[Step]
) -> Iterator[StepResult]:
    """The same results, each printed when it is there, and a summary at the end."""
    colour = wants_colour(sys.stdout, os.environ.get("NO_COLOR"))
    width = max(len(step.title) for step in steps)
    shown: list[StepResult] = []
    for result in results:
        print(step_lines(result, width=width, colour=colour), flush=True)
        shown.append(result)
        yield result
    print(summary(shown, colour=colour))
