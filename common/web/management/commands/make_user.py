"""The first users of a service, and those after them."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.conf.env import env_str
from common.web.errors import ApplicationError
from common.web.groups import ADMIN, OPERATOR, VIEWER
from common.web.users import make_user


class Command(BaseCommand):
    """Makes one; the password never stands on a command line, where others see it."""

    help = (
        "Make a user who may sign in: a viewer reads, an operator also retries, "
        "cancels and redrives, an admin may all. The password is asked for, or taken "
        "from USER_PASSWORD. Each service has users of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=[VIEWER, OPERATOR, ADMIN])

    def handle(self, *args: Any, **options: Any) -> None:
        name, role = options["name"], options["role"]
        try:
            make_user(name=name, role=role, password=given_password())
        except ApplicationError as refused:
            raise CommandError(refused.detail) from None
        self.stdout.write(f"{name} may sign in as {role}.")


def given_password() -> str:
    """The password from USER_PASSWORD, or typed twice. Raises CommandError."""
    if password := env_str("USER_PASSWORD", default=""):
        return password
    if not sys.stdin.isatty():
        raise CommandError("Nobody can be asked here: set USER_PASSWORD.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Once more: "):
        raise CommandError("The two are not the same.")
    return password
