"""Runs a program that knows nothing of us as a child of the supervisor.

python -m compose.infra.child [--user NAME] program argument...

It ends when the supervisor does, however that ended, and it runs as another user where
the program refuses to be root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Sequence
from typing import NoReturn

from compose.local.parent import die_with_parent


def main(argv: Sequence[str]) -> NoReturn:
    """Become the program."""
    user, command = "", list(argv)
    if command[0] == "--user":
        user, command = command[1], command[2:]
    path = shutil.which(command[0])
    if path is None:
        sys.exit(f"{command[0]} is not there.")
    # Opened while we may read it: the other user may not be let into our folders.
    program = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    os.chdir("/")
    if user:
        become(user)
    # After the change of user, which would take it back:
    die_with_parent()
    os.execve(program, command, os.environ)


def become(user: str) -> None:
    """From now on this process is of that user, for good."""
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


if __name__ == "__main__":
    main(sys.argv[1:])
