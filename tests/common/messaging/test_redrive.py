"""Letters are tried again by the clock or by a person, and free what they held."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.contracts import topics
from common.messaging import dead_letters, redrive, relay
from common.messaging.models import DeadLetter
from tests.common.messaging.desk import NOW, Desk, create_order


def stuck(desk: Desk, *message_ids: str) -> list[DeadLetter]:
    """Letters of one order, the first of which is poisonous."""
    desk.poisonous = {message_ids[0]}
    desk.put(*(create_order(message_id, "ORD-B") for message_id in message_ids))
    desk.turn()
    return list(DeadLetter.objects.order_by("letter_id"))


def tick(desk: Desk) -> list[str]:
    """What beat does every two seconds; the ids that were tried."""
    tried, sent = redrive.redrive(desk.service, redrive.due(desk.now))
    relay.publish(desk.log.publisher(), sent)
    return [letter.message_id for letter in tried]


def statuses() -> dict[str, str]:
    """Message id to status."""
    rows = DeadLetter.objects.order_by("letter_id")
    return dict(rows.values_list("message_id", "status"))


class TestByTheClock:
    """RETRYING letters."""

    def test_are_not_tried_before_their_time(self, desk: Desk) -> None:
        """The first wait is a second."""
        stuck(desk, "B/1")
        desk.wait(0.9)
        assert tick(desk) == []
        desk.wait(0.1)
        assert tick(desk) == ["B/1"]

    def test_wait_longer_each_time_and_then_need_a_person(self, desk: Desk) -> None:
        """Three tries in all here (MESSAGE_MAX_ATTEMPTS), then DEAD and announced."""
        stuck(desk, "B/1")
        desk.wait(1)
        tick(desk)
        letter = DeadLetter.objects.get()
        assert (letter.attempts, letter.next_try_at) == (2, NOW + timedelta(seconds=3))
        assert desk.published(topics.dead_letters_of("order")) == []
        desk.wait(2)
        tick(desk)
        letter.refresh_from_db()
        assert (letter.attempts, letter.status) == (3, "DEAD")
        assert letter.next_try_at is None
        (announced,) = desk.published(topics.dead_letters_of("order"))
        assert announced.headers["ce_causationid"] == "B/1"
        desk.wait(3600)
        assert tick(desk) == []

    @pytest.mark.parametrize(
        ("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300)]
    )
    def test_the_wait_doubles_up_to_five_minutes(
        self, attempts: int, seconds: int
    ) -> None:
        """Also after very many tries."""
        assert dead_letters.wait_before(attempts) == timedelta(seconds=seconds)
        assert dead_letters.wait_before(10_000) == timedelta(minutes=5)

    def test_free_what_they_held_in_order_once_they_are_handled(
        self, desk: Desk
    ) -> None:
        """And all are answered."""
        stuck(desk, "B/1", "B/2", "B/3")
        desk.poisonous = set()
        desk.wait(1)
        assert tick(desk) == ["B/1", "B/2", "B/3"]
        assert desk.handled == ["B/1", "B/2", "B/3"]
        assert desk.answers() == ["B/1", "B/2", "B/3"]
        assert set(statuses().values()) == {"RESOLVED"}

    def test_the_order_is_free_after_that(self, desk: Desk) -> None:
        """The next message is handled at once."""
        stuck(desk, "B/1")
        desk.poisonous = set()
        desk.wait(1)
        tick(desk)
        desk.put(create_order("B/2", "ORD-B"))
        desk.turn()
        assert desk.handled == ["B/1", "B/2"]

    def test_a_second_poison_takes_the_place_of_the_first(self, desk: Desk) -> None:
        """What is behind it goes on waiting."""
        stuck(desk, "B/1", "B/2", "B/3")
        desk.poisonous = {"B/2"}
        desk.wait(1)
        assert tick(desk) == ["B/1", "B/2"]
        assert statuses() == {"B/1": "RESOLVED", "B/2": "RETRYING", "B/3": "HELD"}

    def test_what_was_held_while_its_head_was_tried_is_not_left_behind(
        self, desk: Desk
    ) -> None:
        """Another worker held it just before the head was resolved."""
        stuck(desk, "B/1", "B/2")
        DeadLetter.objects.filter(message_id="B/1").update(status="RESOLVED")
        assert tick(desk) == ["B/2"]
        assert statuses()["B/2"] == "RESOLVED"

    def test_what_waits_behind_a_dead_letter_is_left_alone(self, desk: Desk) -> None:
        """Only a person can free it."""
        stuck(desk, "B/1", "B/2")
        DeadLetter.objects.filter(message_id="B/1").update(status="DEAD")
        desk.wait(3600)
        assert tick(desk) == []

    def test_an_effect_that_did_happen_does_not_happen_again(self, desk: Desk) -> None:
        """The inbox knows the message."""
        (letter,) = stuck(desk, "B/1")
        desk.poisonous = set()
        redrive.redrive(desk.service, [letter])
        letter.refresh_from_db()
        redrive.redrive(desk.service, [letter])
        assert desk.handled == ["B/1"]

    def test_what_breaks_its_contract_stays_dead(self, desk: Desk) -> None:
        """However often it is tried."""
        desk.put_raw(topics.COMMANDS, b"{")
        desk.turn()
        letter = DeadLetter.objects.get()
        tried, _ = redrive.redrive(desk.service, [letter])
        assert [one.status for one in tried] == ["DEAD"]


class TestDiscard:
    """Put aside for good."""

    def test_frees_what_waited_behind_it(self, desk: Desk) -> None:
        """By itself, at the next look."""
        first, *_ = stuck(desk, "B/1", "B/2", "B/3")
        redrive.discard(first, "a test order")
        assert statuses() == {"B/1": "DISCARDED", "B/2": "RETRYING", "B/3": "HELD"}
        assert tick(desk) == ["B/2", "B/3"]
        assert desk.handled == ["B/2", "B/3"]

    def test_says_why(self, desk: Desk) -> None:
        """In the letter's error."""
        (letter,) = stuck(desk, "B/1")
        redrive.discard(letter, "a test order")
        letter.refresh_from_db()
        assert letter.error == "Poison: B/1 is poisonous (discarded: a test order)"
        assert letter.next_try_at is None

    def test_of_one_that_waits_lets_nobody_pass_the_first(self, desk: Desk) -> None:
        """The head still blocks the order."""
        _first, second, _third = stuck(desk, "B/1", "B/2", "B/3")
        redrive.discard(second, "not needed")
        assert statuses() == {"B/1": "RETRYING", "B/2": "DISCARDED", "B/3": "HELD"}

    def test_of_a_closed_letter_is_refused(self, desk: Desk) -> None:
        """There is nothing left to put aside."""
        (letter,) = stuck(desk, "B/1")
        redrive.discard(letter, "once")
        with pytest.raises(ValueError, match="only open ones"):
            redrive.discard(letter, "twice")
