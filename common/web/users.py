"""The people who may sign in; each is in the group that says what they may do."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from common.storage.transactions import run_atomically
from common.web.errors import InvalidFields, StateConflict


def make_user(*, name: str, role: str, password: str) -> User:
    """A user of this service with the rights of a group; the admin site lets them in.

    Raises StateConflict where there is one of that name, InvalidFields.
    """
    user = User(username=name, is_staff=True)
    _check(user, password)
    user.set_password(password)

    def unit() -> User:
        if User.objects.filter(username=name).exists():
            raise StateConflict(f"There is a user {name!r} already.")
        user.save()
        user.groups.set([Group.objects.get(name=role)])
        return user

    return run_atomically(unit)


def _check(user: User, password: str) -> None:
    errors: list[tuple[str, str]] = []
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as wrong:
        errors += [("name", text) for text in wrong.messages]
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        errors += [("password", text) for text in wrong.messages]
    if errors:
        raise InvalidFields(errors)
