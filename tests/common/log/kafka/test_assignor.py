"""The leader's rules, alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kafka.coordinator.assignors.abstract import RebalanceProtocol
from kafka.protocol.consumer.metadata import ConsumerProtocolSubscription

from common.log.kafka.assignor import SharingAssignor, by_topic, shares
from common.log.sharing import Place

PLACES = {("orders", n) for n in range(4)}
NAMES = {"id-b": "b", "id-a": "a"}
ORDERS = dict.fromkeys(NAMES, frozenset(["orders"]))


def test_partitions_go_round_by_instance_name() -> None:
    """Not by member id, which another start changes."""
    assert shares(NAMES, ORDERS, {}, PLACES) == {
        "id-a": {("orders", 0), ("orders", 2)},
        "id-b": {("orders", 1), ("orders", 3)},
    }


def test_what_another_holds_is_not_given_yet() -> None:
    """Its owner loses it first; whom it is meant for gets it in the next round."""
    owners = dict.fromkeys(PLACES, "id-a")
    assert shares(NAMES, ORDERS, owners, PLACES) == {
        "id-a": {("orders", 0), ("orders", 2)},
        "id-b": set(),
    }


def test_topics_go_to_who_reads_them() -> None:
    """A topic that nobody reads goes to nobody."""
    places = PLACES | {("single", 0), ("other", 0)}
    topics = {"id-a": frozenset(["orders"]), "id-b": frozenset(["single"])}
    assert shares(NAMES, topics, {}, places) == {
        "id-a": PLACES,
        "id-b": {("single", 0)},
    }


def member(instance: str, *owned: Place) -> Any:
    """As the brokers describe it to the leader, through the wire and back."""
    assignor = SharingAssignor(lambda: owned)
    sent = assignor.metadata({"orders"}).encode()
    return SimpleNamespace(
        member_id=f"id-{instance}",
        group_instance_id=instance,
        metadata=ConsumerProtocolSubscription.decode(sent),
    )


def test_a_round_over_the_wire() -> None:
    """What members say they own is heard, and what they get can be sent."""
    cluster = SimpleNamespace(partitions_for_topic=lambda topic: {0, 1, 2, 3})
    members = [member("a", ("orders", 0), ("orders", 1)), member("b")]
    found = SharingAssignor(lambda: ()).assign(cluster, members)
    told = {who: sorted(map(tuple, each.partitions())) for who, each in found.items()}
    assert told == {
        "id-a": [("orders", 0), ("orders", 2)],
        "id-b": [("orders", 3)],
    }


def test_it_is_cooperative() -> None:
    """Nobody gives up what it keeps."""
    assert SharingAssignor(lambda: ()).supported_protocols() == [
        RebalanceProtocol.COOPERATIVE
    ]


def test_partitions_are_listed_by_topic() -> None:
    """In order."""
    places = [("b", 1), ("a", 2), ("b", 0)]
    assert by_topic(places) == [("a", [2]), ("b", [0, 1])]
