"""The mailbox in the admin: nothing can be changed but by its actions."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from common.messaging.models import DeadLetter, OutboxMessage
from common.web.models import AuditEntry
from tests.common.messaging.desk import Desk, create_order

LETTERS = "/admin/messaging/deadletter/"
OUTBOX = "/admin/messaging/outboxmessage/"


@pytest.fixture
def letter(desk: Desk) -> DeadLetter:
    """One of three messages could not be handled, and one waits behind it."""
    desk.poisonous = {"B/1"}
    desk.put(*(create_order(one, f"ORD-{one[0]}") for one in ("A/1", "B/1", "B/2")))
    desk.turn()
    return DeadLetter.objects.get(message_id="B/1")


@pytest.fixture
def operator(db: None) -> Client:
    """A browser of an operator."""
    return browser("operator")


def browser(group: str) -> Client:
    """A browser of a user of this group."""
    user = User.objects.create_user(username=group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, address: str, action: str, *keys: str) -> str:
    """The page after an action on the rows of these keys."""
    data = {"action": action, "_selected_action": keys}
    return client.post(address, data, follow=True).content.decode()


@pytest.mark.parametrize("name", ["deadletter", "outboxmessage", "inboxmessage"])
def test_lists_are_shown(operator: Client, letter: DeadLetter, name: str) -> None:
    """With a message in each."""
    page = operator.get(f"/admin/messaging/{name}/")
    assert page.status_code == 200
    assert "/1" in page.content.decode()


def test_a_search_finds_an_order_exactly(operator: Client, letter: DeadLetter) -> None:
    """Parts of ids would mean to read every row."""
    assert "B/1" in operator.get(f"{LETTERS}?q=ORD-B").content.decode()
    assert "B/1" not in operator.get(f"{LETTERS}?q=ORD-").content.decode()
    inbox = "/admin/messaging/inboxmessage/"
    assert "A/1" in operator.get(f"{inbox}?q=A/1").content.decode()


def test_a_letter_is_shown_readably(operator: Client, letter: DeadLetter) -> None:
    """The payload as JSON with indents."""
    page = operator.get(f"{LETTERS}{letter.letter_id}/change/").content.decode()
    assert "&quot;command&quot;: &quot;CREATE_ORDER&quot;" in page
    assert "&quot;ce_id&quot;: &quot;B/1&quot;" in page


def test_redriving_tries_again(
    operator: Client, letter: DeadLetter, desk: Desk
) -> None:
    """And is in the audit trail under the operator's name."""
    desk.poisonous = set()
    page = act(operator, LETTERS, "redrive_selected", letter.letter_id)
    assert "2 of 2 letters are handled." in page
    assert desk.answers() == ["A/1", "B/1", "B/2"]
    assert AuditEntry.objects.get().actor == "operator"


def test_redriving_what_waits_is_refused(operator: Client, letter: DeadLetter) -> None:
    """With the reason."""
    held = DeadLetter.objects.get(message_id="B/2")
    page = act(operator, LETTERS, "redrive_selected", held.letter_id)
    assert "waits behind an earlier message of ORD-B" in page


def test_discarding_puts_aside(operator: Client, letter: DeadLetter) -> None:
    """Once."""
    page = act(operator, LETTERS, "discard_selected", letter.letter_id)
    assert "1 letters are put aside." in page
    page = act(operator, LETTERS, "discard_selected", letter.letter_id)
    assert "is DISCARDED: there is nothing left to do." in page


def test_replaying_sends_again(
    operator: Client, letter: DeadLetter, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the relay of the web process."""
    offered: list[str] = []
    monkeypatch.setattr(
        "common.messaging.relay.in_use",
        lambda: lambda rows: offered.extend(row.message_id for row in rows),
    )
    row = OutboxMessage.objects.get()
    page = act(operator, OUTBOX, "replay_selected", row.position)
    assert "1 messages are sent again." in page
    assert offered == ["A/1/reply"]
    assert AuditEntry.objects.get().action == "outbox.replay"


def test_a_viewer_has_no_actions(letter: DeadLetter) -> None:
    """He looks."""
    viewer = browser("viewer")
    assert viewer.get(LETTERS).status_code == 200
    act(viewer, LETTERS, "discard_selected", letter.letter_id)
    letter.refresh_from_db()
    assert letter.status == "RETRYING"
    address = f"{LETTERS}{letter.letter_id}/delete/"
    assert viewer.post(address, {"post": "yes"}).status_code == 403
