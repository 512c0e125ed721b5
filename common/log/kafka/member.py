"""The library's consumer as a static member, and what it does not tell by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import kafka
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import FencedInstanceIdError

from common.log.kafka.assignor import SharingAssignor
from common.log.kafka.backlog import Backlog
from common.log.kafka.faults import explained
from common.log.kafka.options import Options, milliseconds, opened
from common.log.port import MemberReplaced

LEAVE_SECONDS = 2.0


class _Moves(ConsumerRebalanceListener):
    """Keeps the backlog to the partitions held.

    It is called by the library's own thread, while ours waits for it in a poll.
    """

    def __init__(self, backlog: Backlog) -> None:
        """Of the member whose backlog this is."""
        self._backlog = backlog

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """They are read from their committed offsets on."""
        self._backlog.hold(tuple(each) for each in assigned)

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """They go to others."""
        self._backlog.drop(tuple(each) for each in revoked)

    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        """Others have them already."""
        self._backlog.drop(tuple(each) for each in lost)


class Member:
    """A seat in a group.

    What needs a look inside of kafka-python, whose versions are locked, is here.
    """

    def __init__(
        self,
        options: Options,
        group: str,
        topics: Sequence[str],
        instance: str,
        backlog: Backlog,
    ) -> None:
        """Connected, and going to join with the first poll."""
        self._options = options
        self._group, self._instance = group, instance
        assignor = SharingAssignor(lambda: backlog.held)
        self.client: kafka.KafkaConsumer = opened(
            kafka.KafkaConsumer,
            {
                **options.member(group, instance),
                "partition_assignment_strategy": [assignor],
            },
        )
        self._coordinator = self.client._coordinator
        self.client.subscribe(sorted(set(topics)), listener=_Moves(backlog))

    @contextmanager
    def seated(self) -> Iterator[kafka.KafkaConsumer]:
        """The library's consumer; its faults are the port's.

        Raises MemberReplaced once another has taken this seat, for then the library's
        heartbeats stop, and it says nothing until the next commit.
        """
        with explained(self._options.address):
            self._resume_join()
            try:
                yield self.client
                fenced = self._coordinator.stable() and not self._beats()
            except FencedInstanceIdError:
                fenced = True
            if fenced:
                raise MemberReplaced(
                    f"A newer member {self._instance!r} has joined the group "
                    f"{self._group!r}; stop this one, or name it otherwise."
                )

    def keep_house(self) -> None:
        """Answer to the group without fetching anything.

        To pause the partitions would be the library's way; those it had half read are
        then forgotten for ever.
        """
        self._coordinator.poll(timeout_ms=0)

    def is_settled(self) -> bool:
        """No rebalance is going on that this member knows of."""
        return bool(self._coordinator.stable())

    def is_connected(self) -> bool:
        """A broker is at the other end of a line."""
        return bool(self.client._manager.least_used_connections())

    def is_out(self) -> bool:
        """The group has taken this member for dead, or others for it."""
        return bool(self._coordinator._generation.is_lost())

    def leave(self) -> None:
        """The group knows at once that this member is gone.

        The library lets static members leave by silence only.
        """
        self._coordinator.is_dynamic_member = lambda: True
        self.client.close(autocommit=False, timeout_ms=milliseconds(LEAVE_SECONDS))

    def _resume_join(self) -> None:
        """Go on with a join that a poll has cut short.

        The library forgets it if it was for new metadata, which it then knows.
        """
        if self._coordinator.rebalance_in_progress():
            self._coordinator.request_rejoin()

    def _beats(self) -> bool:
        return bool(self._coordinator._heartbeat_enabled)
