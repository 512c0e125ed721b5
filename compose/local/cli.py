"""The command line: which commands there are, how they are read, how they end.

The standard library only, so that help and a mistyped command need no installation.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from compose.local.backing import STACKS
from compose.local.problem import Problem
from compose.local.started import MAX_WORKERS


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage and leaving."""
        raise Problem(f"{message[0].upper()}{message[1:]}. See `{self.prog} --help`.")


def _nothing(_parser: Parser) -> None:
    pass


def _up(parser: Parser) -> None:
    parser.add_argument(
        "--stack",
        choices=tuple(STACKS),
        help="what it stands on: files, or real components that are started with it",
    )
    parser.add_argument(
        "--workers", type=_workers, metavar="N", help="workers of each service (1)"
    )


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(f"{number} is not from 1 to {MAX_WORKERS}")
    return number


_workers.__name__ = "whole number"


def _status(parser: Parser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="a list of {name, kind, pid, state, port}"
    )


def _restart(parser: Parser) -> None:
    parser.add_argument("names", nargs="*", metavar="name", help="a process or service")


def _logs(parser: Parser) -> None:
    parser.add_argument("name", nargs="?", help="a process or service; none: all")
    parser.add_argument("-f", "--follow", action="store_true", help="go on printing")
    parser.add_argument(
        "-n", "--lines", type=int, default=20, help="how many of the last lines (20)"
    )


def _reset(parser: Parser) -> None:
    parser.add_argument("--yes", action="store_true", help="don't ask")


def _infra(parser: Parser) -> None:
    parser.add_argument("action", choices=("up", "down", "status"))
    parser.add_argument(
        "parts", nargs="*", metavar="part", help="kafka, mongodb, postgres, redis"
    )


@dataclass(frozen=True, slots=True)
class Command:
    """One command: where it stands in the help, and how its arguments are read.

    With `arguments` None they are handed on unread, to whom the command belongs.
    """

    name: str
    group: str
    usage: str
    summary: str
    arguments: Callable[[Parser], None] | None = _nothing


RUN, LOOK, WORK = "Run", "Look", "Work on it"

COMMANDS = (
    Command(
        "up",
        RUN,
        "[--stack S] [--workers N]",
        "start everything, return when it is healthy",
        _up,
    ),
    Command("down", RUN, "", "stop everything"),
    Command("restart", RUN, "[name...]", "stop and start all, or these", _restart),
    Command("reset", RUN, "[--yes]", "stop, and delete all data in STATE_DIR", _reset),
    Command(
        "infra",
        RUN,
        "up|down|status [part...]",
        "the real Kafka, MongoDB, PostgreSQL, Redis",
        _infra,
    ),
    Command("status", LOOK, "[--json]", "the processes and their state", _status),
    Command("logs", LOOK, "[name] [-f] [-n N]", "what the processes wrote", _logs),
    Command("scenarios", LOOK, "", "play the business cases, report each", None),
    Command("bench", LOOK, "", "measure a stack of its own", None),
    Command(
        "manage",
        WORK,
        "<service> <command...>",
        "Django's manage.py of a service",
        None,
    ),
    Command("test", WORK, "[pytest args...]", "checks and the whole test suite", None),
)

HELP_FOOT = """\
The services are order, payment, inventory and orchestrator; each has a process
<service>-web and a process <service>-worker. Beside them run the storefront, with a
door to it at its second port, and toss-sandbox, unless TOSS_SECRET_KEY names the real
Toss.

Variables:
  STATE_DIR     where data, logs and sockets are kept (default: var/ beside this file)
  PORT_OFFSET   added to the ports 3000-3005 and 3900 (default: 0); with a STATE_DIR of
                its own a second stack runs beside the first
  SAGA_VENV     the virtual environment (default: .venv/ beside this file)

Examples:
  python3 manage_all.py up
  python3 manage_all.py up --stack kafka-postgres --workers 2
  python3 manage_all.py logs orchestrator -f
  python3 manage_all.py manage inventory initialize_stock
  python3 manage_all.py test tests/common -k outbox
  STATE_DIR=/tmp/second PORT_OFFSET=200 python3 manage_all.py up

Exit codes: 0 done, 1 failed, 2 can't be done as asked, 3 `status`: not all run.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A command and its arguments, read or handed on."""

    command: str
    options: argparse.Namespace


def help_text() -> str:
    """All commands by group, one line each, with variables and examples."""
    lines = ["usage: python3 manage_all.py <command> [arguments]", ""]
    for group in (RUN, LOOK, WORK):
        lines.append(f"{group}:")
        lines += [
            f"  {f'{found.name} {found.usage}'.rstrip():<34}{found.summary}"
            for found in COMMANDS
            if found.group == group
        ]
        lines.append("")
    return "\n".join([*lines, HELP_FOOT])


def parse(argv: Sequence[str]) -> Request | None:
    """What is asked for; None for help."""
    name, *arguments = argv or ["--help"]
    if name in {"-h", "--help", "help"}:
        return None
    for command in COMMANDS:
        if command.name == name:
            return Request(name, _options(command, arguments))
    known = ", ".join(command.name for command in COMMANDS)
    raise Problem(f"There is no command {name!r}. The commands are: {known}.")


def _options(command: Command, arguments: list[str]) -> argparse.Namespace:
    if command.arguments is None:
        return argparse.Namespace(arguments=arguments)
    parser = Parser(
        prog=f"manage_all.py {command.name}", description=f"{command.summary}."
    )
    command.arguments(parser)
    return parser.parse_args(arguments)


def main(argv: Sequence[str]) -> int:
    """Do what is asked; returns the exit code."""
    return guarded(lambda: _run(parse(argv)))


def _run(request: Request | None) -> int:
    if request is None:
        print(help_text(), end="")
        return 0
    from compose.local import commands  # needs what is installed by now

    code: int = getattr(commands, request.command)(request.options)
    sys.stdout.flush()
    return code


def guarded(action: Callable[[], int]) -> int:
    """The exit code of `action`; what goes wrong is said without a traceback."""
    try:
        return action()
    except Problem as problem:
        print(f"manage_all.py: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
