"""Users are made with the rights of their role, and with a password of some length."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from common.web.errors import InvalidFields, StateConflict
from common.web.users import make_user

pytestmark = pytest.mark.django_db
WORD = "a long enough word"
RIGHTS = {
    "viewer": {"web.may_read"},
    "operator": {"web.may_read", "web.may_order", "web.may_operate"},
    "admin": {"web.may_read", "web.may_order", "web.may_operate", "auth.add_user"},
}


@pytest.mark.parametrize("role", RIGHTS)
def test_a_user_has_the_rights_of_the_role(role: str) -> None:
    """And no more of those that matter."""
    user = User.objects.get(pk=make_user(name="ann", role=role, password=WORD).pk)
    mattering = RIGHTS["admin"]
    assert {right for right in mattering if user.has_perm(right)} == RIGHTS[role]
    assert user.is_staff
    assert not user.is_superuser
    assert user.check_password(WORD)


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("ann", "short", "password"),
        ("ann", "1234567890123", "password"),
        ("annannann1", "annannann12", "password"),
        ("a b", WORD, "name"),
        ("", WORD, "name"),
    ],
)
def test_what_is_too_easy_or_no_name_is_refused(
    name: str, password: str, field: str
) -> None:
    """With the field, and nobody is made."""
    with pytest.raises(InvalidFields) as refused:
        make_user(name=name, role="viewer", password=password)
    assert {named for named, _why in refused.value.errors} == {field}
    assert not User.objects.exists()


def test_a_name_is_given_once() -> None:
    """The first keeps role and password."""
    make_user(name="ann", role="viewer", password=WORD)
    with pytest.raises(StateConflict):
        make_user(name="ann", role="admin", password="another long word")
    assert User.objects.get().check_password(WORD)
    assert not User.objects.get().has_perm("web.may_operate")


def test_the_command_takes_the_password_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And says what it did, without it."""
    monkeypatch.setenv("USER_PASSWORD", WORD)
    said = io.StringIO()
    call_command("make_user", "bob", role="operator", stdout=said)
    assert said.getvalue() == "bob may sign in as operator.\n"
    assert User.objects.get(username="bob").has_perm("web.may_operate")


def test_the_command_asks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two different answers make nobody."""
    answers = iter([WORD, "another"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(CommandError, match="not the same"):
        call_command("make_user", "bob", role="viewer")
    assert not User.objects.exists()


def test_where_nobody_can_be_asked_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Instead of waiting for ever."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(CommandError, match="USER_PASSWORD"):
        call_command("make_user", "bob", role="viewer")
