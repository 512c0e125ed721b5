"""A point does nothing, or what the faults that are on there say."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from common import faults
from common.faults import InjectedFault, injection
from common.faults.file import FaultFile
from common.faults.record import Action, Fault
from common.storage.transactions import Conflict, atomic, run_atomically
from common.web import audit
from common.web.models import AuditEntry
from tests.common.faults.conftest import Time, fault

POINT = "order.request"
pytestmark = pytest.mark.usefixtures("watched")


def strikes(point: str, reached: int) -> int:
    """How often the point fails when it is reached so often."""
    return sum(faults.happens(point) for _ in range(reached))


class TestReach:
    """reach() and happens(), in a process that watches."""

    def test_nothing_happens_while_nothing_is_on(self) -> None:
        """At any point."""
        faults.reach(POINT, fail=ZeroDivisionError)
        assert faults.happens(POINT) is False

    def test_a_fail_raises_what_the_place_says(self, file: FaultFile) -> None:
        """Where it says nothing, an InjectedFault that names the point."""
        file.add(fault())
        with pytest.raises(ZeroDivisionError):
            faults.reach(POINT, fail=ZeroDivisionError)
        with pytest.raises(InjectedFault, match=r"turned on at order\.request"):
            faults.reach(POINT)

    def test_other_points_are_left_alone(self, file: FaultFile) -> None:
        """Also those of another service by the same name."""
        file.add(fault())
        file.add(fault("payment.request", fault_id="FAULT-2"))
        assert faults.happens("order.handle") is False
        assert faults.happens("service.handle") is False

    def test_a_point_of_all_services_is_reached_by_no_service_s_name(
        self, file: FaultFile
    ) -> None:
        """Only where the fault names this service."""
        file.add(fault("payment.request"))
        assert faults.happens("service.request") is False

    def test_own_points_are_reached_as_service(self, file: FaultFile) -> None:
        """`order.request` is "service.request" in the service order."""
        file.add(fault())
        assert faults.happens("service.request") is True

    def test_slow_waits_and_goes_on(self, file: FaultFile, time: Time) -> None:
        """For as long as it says."""
        file.add(fault(action=Action.SLOW, seconds=2.5))
        faults.reach(POINT, fail=ZeroDivisionError)
        assert time.slept == [2.5]

    def test_slow_and_fail_may_both_be_on(self, file: FaultFile, time: Time) -> None:
        """They strike in the order in which they were turned on."""
        file.add(fault(action=Action.SLOW, seconds=1))
        file.add(fault(fault_id="FAULT-2"))
        assert faults.happens(POINT) is True
        assert time.slept == [1]

    def test_crash_kills_this_process(
        self, file: FaultFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After its strike was counted on disk."""
        killed: list[tuple[int, int, bool]] = []

        def kill(pid: int, sign: int) -> None:
            killed.append((pid, sign, file.path.exists()))

        monkeypatch.setattr(os, "kill", kill)
        file.add(fault(action=Action.CRASH, times=1))
        faults.reach(POINT)
        assert killed == [(os.getpid(), signal.SIGKILL, False)]


class TestHowOften:
    """rate, times, and the time it lasts."""

    def test_times_are_counted(self, file: FaultFile) -> None:
        """However often the point is reached."""
        file.add(fault(times=3))
        assert strikes(POINT, 10) == 3

    def test_a_rate_is_the_share_that_strikes(
        self, file: FaultFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By chance: what is drawn must be below it; a miss uses nothing up."""
        drawn = iter([0.25, 0.2, 0.9, 0.0])
        monkeypatch.setattr("common.faults.injection.random.random", drawn.__next__)
        file.add(fault(rate=0.25, times=2))
        assert [faults.happens(POINT) for _ in range(4)] == [False, True, False, True]

    def test_it_ends_by_itself(self, file: FaultFile, time: Time) -> None:
        """On the moment, even before the file is looked at again."""
        file.add(fault(until=time.now + timedelta(seconds=0.1)))
        assert faults.happens(POINT) is True
        time.wait(0.1)
        assert faults.happens(POINT) is False

    def test_a_strike_stays_counted_when_the_transaction_is_rolled_back(
        self, file: FaultFile, db: None
    ) -> None:
        """What was undone did happen."""
        file.add(fault(times=1))

        def unit() -> None:
            with atomic():
                audit.record("me", "try", "it")
                faults.reach(POINT)

        with pytest.raises(InjectedFault):
            unit()
        assert AuditEntry.objects.count() == 0
        assert file.read() == []
        faults.reach(POINT)


class TestWhomItStruck:
    """A point that is reached for somebody: the strike is theirs, and no try's."""

    @pytest.mark.django_db(transaction=True)
    def test_a_unit_that_runs_again_is_struck_again_and_counted_once(
        self, file: FaultFile
    ) -> None:
        """What it decided before the conflict it decides after it."""
        file.add(fault(times=1))
        decided: list[bool] = []

        def unit() -> None:
            decided.append(faults.happens(POINT, to="ORD-1"))
            if len(decided) == 1:
                raise Conflict("somebody was first")

        run_atomically(unit)
        assert decided == [True, True]
        assert faults.happens(POINT, to="ORD-2") is False

    def test_a_strike_leaves_the_others_theirs(self, file: FaultFile) -> None:
        """Two strikes are for two, however often the first comes again."""
        file.add(fault(times=2))
        reached = ["A", "A", "B", "A", "C", "B"]
        struck = [faults.happens(POINT, to=one) for one in reached]
        assert struck == [True, True, True, True, False, True]

    def test_another_process_strikes_whom_the_first_struck(
        self, file: FaultFile, time: Time
    ) -> None:
        """The first died of something else, and its batch is read again there."""
        file.add(fault(times=1))
        other = injection.Watch("order", file)
        assert faults.happens(POINT, to="ORD-1") is True
        assert other.happens(POINT, "ORD-2") is False
        assert other.happens(POINT, "ORD-1") is True

    def test_it_is_no_longer_on_and_ends_with_its_time(
        self, file: FaultFile, time: Time
    ) -> None:
        """It is listed nowhere; those it struck are struck until it would be over."""
        file.add(fault(times=1))
        assert faults.happens(POINT, to="ORD-1") is True
        assert file.read() == []
        time.wait(59)
        assert faults.happens(POINT, to="ORD-1") is True
        time.wait(1)
        assert faults.happens(POINT, to="ORD-1") is False

    def test_chance_decides_once(self, file: FaultFile) -> None:
        """A share of those who come is struck, and the same ones each time."""
        file.add(fault(rate=0.3))
        first, again = (
            [faults.happens(POINT, to=f"ORD-{number}") for number in range(1000)]
            for _ in range(2)
        )
        assert first == again
        assert 230 < sum(first) < 370


@pytest.mark.django_db(transaction=True)
def test_units_of_several_threads_strike_without_waiting_for_each_other(
    file: FaultFile,
) -> None:
    """Who takes the file's turn may hold the database's, and nobody the reverse."""
    file.add(fault(times=20, until=fault().until + timedelta(days=3650)))
    found: list[bool] = []

    def unit() -> bool:
        audit.record("me", "try", "it")
        return faults.happens(POINT)

    def work() -> None:
        try:
            found.extend(run_atomically(unit) for _ in range(10))
        finally:
            connections.close_all()  # else the database is in use when it is dropped

    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(found), sum(found)) == (40, 20)


class TestHearing:
    """How a process hears of what others turn on."""

    def test_it_looks_again_after_a_moment(self, file: FaultFile, time: Time) -> None:
        """Well within 0.3 s, and off as on."""
        assert faults.happens(POINT) is False
        file.add(fault())
        assert faults.happens(POINT) is False
        time.wait(injection.LOOK_EVERY_S)
        assert faults.happens(POINT) is True
        file.remove()
        time.wait(injection.LOOK_EVERY_S)
        assert faults.happens(POINT) is False
        assert injection.LOOK_EVERY_S < 0.3

    def test_what_another_process_used_up_does_not_strike(
        self, file: FaultFile
    ) -> None:
        """Though this one has not heard of that yet."""
        file.add(fault(times=2))
        assert faults.happens(POINT) is True
        assert file.take("FAULT-1") is True
        assert faults.happens(POINT) is False

    def test_it_does_not_look_each_time(
        self, file: FaultFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A thousand calls within the same moment read the file once."""
        looks: list[Path] = []

        def remembered(self: FaultFile) -> list[Fault]:
            looks.append(self.path)
            return []

        monkeypatch.setattr(FaultFile, "remembered", remembered)
        assert strikes(POINT, 1000) == 0
        assert looks == [file.path]

    def test_a_process_that_does_not_watch_never_fails(self, file: FaultFile) -> None:
        """As in production."""
        injection.install(None)
        file.add(fault())
        assert strikes(POINT, 3) == 0


class TestObserver:
    """reached_by(), for tests and the simulation."""

    def test_is_told_every_point_and_decides(self, file: FaultFile) -> None:
        """By the names in the code; what is on in the file does not count."""
        seen: list[str] = []

        def observer(point: str) -> bool:
            seen.append(point)
            return point == "service.handle"

        file.add(fault())
        with faults.reached_by(observer):
            faults.reach(POINT)
            with pytest.raises(ZeroDivisionError):
                faults.reach("service.handle", fail=ZeroDivisionError)
        assert seen == [POINT, "service.handle"]
        assert faults.happens(POINT) is True

    def test_may_raise_what_it_likes(self) -> None:
        """A simulated crash is no Exception."""

        def crash(point: str) -> bool:
            raise KeyboardInterrupt(point)

        with faults.reached_by(crash), pytest.raises(KeyboardInterrupt, match=POINT):
            faults.reach(POINT)
