"""Messages are found by place, time, key and text, with bounded work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from common.log.port import Admin, Log, UnknownTopic, partition_of
from common.log_pages import messages
from common.log_pages.messages import Found, Wanted, find
from tests.common.log.site import SECOND, Site, record, values

TOPIC = "order.created"


@pytest.fixture
def filled(site: Site, log: Log) -> Log:
    """Twenty messages of twenty keys, one a second."""
    publisher = log.publisher()
    for n in range(20):
        site.wall.now = site.start / 1000 + n
        publisher.publish([record(f"value {n:02}", f"key-{n}", TOPIC)])
    return log


def numbers(found: Found) -> list[int]:
    """The numbers of the messages found."""
    return [int(text.removeprefix("value ")) for text in values(found.records)]


def test_the_newest_come_first(filled: Log) -> None:
    """Of all partitions, as one list; there is nothing newer."""
    found = find(filled.admin(), Wanted(topic=TOPIC, limit=5))
    assert numbers(found) == [19, 18, 17, 16, 15]
    assert (found.newer, found.gave_up) == ("", False)
    assert found.looked_at == 5


def test_one_pages_back_and_forth(filled: Log) -> None:
    """By cursors; what came meanwhile moves nothing."""
    admin = filled.admin()
    first = find(admin, Wanted(topic=TOPIC, limit=8))
    filled.publisher().publish([record("value 20", "key-20", TOPIC)])
    second = find(admin, Wanted(topic=TOPIC, limit=8, before=first.older))
    assert numbers(second) == [11, 10, 9, 8, 7, 6, 5, 4]
    third = find(admin, Wanted(topic=TOPIC, limit=8, before=second.older))
    assert (numbers(third), third.older) == ([3, 2, 1, 0], "")
    back = find(admin, Wanted(topic=TOPIC, limit=8, after=second.newer))
    assert numbers(back) == numbers(first)
    newest = find(admin, Wanted(topic=TOPIC, limit=8, after=back.newer))
    assert (numbers(newest), newest.newer) == ([20], "")
    again = find(admin, Wanted(topic=TOPIC, limit=8, before=newest.older))
    assert numbers(again) == numbers(first)


def test_a_page_begins_at_an_offset(filled: Log) -> None:
    """Of one partition, that message first, and older ones."""
    admin = filled.admin()
    part = partition_of("key-7", 4)
    whole = find(admin, Wanted(topic=TOPIC, partition=part))
    chosen = whole.records[1]
    wanted = Wanted(topic=TOPIC, partition=part, offset=chosen.offset)
    found = find(admin, wanted)
    assert found.records == whole.records[1:]
    assert found.newer
    assert found.looked_in == [part]


def test_a_page_begins_at_a_time(site: Site, filled: Log) -> None:
    """What was written up to the end of that second."""
    until = datetime.fromtimestamp((site.start + 7 * SECOND) / 1000, UTC)
    found = find(filled.admin(), Wanted(topic=TOPIC, until=until, limit=3))
    assert numbers(found) == [7, 6, 5]
    assert found.newer


def test_a_key_is_looked_for_where_it_belongs(filled: Log) -> None:
    """That partition alone, unless told otherwise."""
    admin = filled.admin()
    found = find(admin, Wanted(topic=TOPIC, key="key-7"))
    assert (numbers(found), found.looked_in) == ([7], [partition_of("key-7", 4)])
    everywhere = find(admin, Wanted(topic=TOPIC, key="key-7", everywhere=True))
    assert (numbers(everywhere), everywhere.looked_at) == ([7], 20)


def test_text_is_found_in_content_key_and_headers(log: Log, admin: Admin) -> None:
    """Large or small letters alike; bytes that are no text harm nothing."""
    log.publisher().publish(
        [
            record("An APPLE", "a", TOPIC),
            record("x", "pineapple", TOPIC),
            record("y", "c", TOPIC, ce_type="apple.eaten"),
            record(b"\xff\x00apple", "d", TOPIC),
            record("pear", "e", TOPIC),
        ]
    )
    found = find(admin, Wanted(topic=TOPIC, text="aPPle"))
    assert sorted(each.key for each in found.records) == ["a", "c", "d", "pineapple"]


def test_a_search_gives_up_and_can_go_on(
    filled: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, how far it came, and where to look further."""
    monkeypatch.setattr(messages, "MOST_LOOKED_AT", 6)
    admin = filled.admin()
    first = find(admin, Wanted(topic=TOPIC, text="value 01"))
    assert (list(first.records), first.looked_at, first.gave_up) == ([], 6, True)
    assert first.reached == filled_at(first, admin)
    cursors, found = 0, first
    while not found.records:
        found = find(admin, Wanted(topic=TOPIC, text="value 01", before=found.older))
        cursors += 1
    assert (numbers(found), cursors) == ([1], 3)


def filled_at(found: Found, admin: Admin) -> int:
    """The time of the message that the search looked at last: the sixth newest."""
    del found
    (sixth,) = find(admin, Wanted(topic=TOPIC, limit=6)).records[5:]
    return sixth.timestamp


@pytest.mark.parametrize("cursor", ["x", "1.2", "1.2.3.x", "1.2.3.4.5", "9" * 30])
def test_a_cursor_that_is_none_is_passed_over(filled: Log, cursor: str) -> None:
    """Somebody has changed the address."""
    found = find(filled.admin(), Wanted(topic=TOPIC, before=cursor, limit=2))
    assert numbers(found) == [19, 18]


def test_a_partition_there_is_not_has_nothing(filled: Log) -> None:
    """And no topic there is not."""
    found = find(filled.admin(), Wanted(topic=TOPIC, partition=9))
    assert list(found.records) == []
    with pytest.raises(UnknownTopic):
        find(filled.admin(), Wanted(topic="nowhere"))


def test_only_the_newest_page_changes_by_itself() -> None:
    """One in the past stands still, and a search is too much work to repeat."""
    assert Wanted(topic=TOPIC, partition=0).is_newest
    assert not Wanted(topic=TOPIC, before="1").is_newest
    assert not Wanted(topic=TOPIC, partition=0, offset=0).is_newest
    assert not Wanted(topic=TOPIC, text="x").is_newest
