"""Which groups of tests run side by side, and how their tests are counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compose.local.groups import (
    END_TO_END,
    OF_SERVICES,
    SHARED,
    SIMULATION,
    Group,
    on_server,
)
from compose.local.lanes import (
    Surroundings,
    Tally,
    lanes_of,
    read_tally,
    run_all,
    tally_of,
)


def test_tallies_add_up_to_one_line() -> None:
    """Skipped tests are named only where there are some."""
    assert str(Tally(passed=2) + Tally(passed=3, failed=1)) == "5 passed, 1 failed"
    assert str(Tally(5, 0, 2)) == "5 passed, 0 failed, 2 skipped"


def test_errors_count_as_failed(tmp_path: Path) -> None:
    """A test that could not be set up has not passed."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/>'
        "</testsuites>"
    )
    assert read_tally(report) == Tally(passed=4, failed=3, skipped=3)


def test_no_report_is_nothing(tmp_path: Path) -> None:
    """A pytest that broke wrote none."""
    assert read_tally(tmp_path / "none.xml") == Tally()


def test_a_pytest_that_broke_is_a_failure(tmp_path: Path) -> None:
    """Even if it wrote no report; one that found no test it was to run is none."""
    report = tmp_path / "none.xml"
    assert tally_of(2, report) == Tally(failed=1, in_order=False)
    assert tally_of(5, report) == Tally()
    assert tally_of(0, report) == Tally()


def test_what_shares_a_server_is_one_lane() -> None:
    """The last of the list first, for it takes longest; what needs all cores apart."""
    order, payment = OF_SERVICES[:2]
    there = [on_server(group, "mongodb") for group in (order, payment)]
    groups = [order, payment, SIMULATION, END_TO_END, SHARED, *there]
    lanes, alone = lanes_of([(group, []) for group in groups])
    assert [[group for group, _ in lane] for lane in lanes] == [
        there,
        [SHARED],
        [payment],
        [order],
    ]
    assert [group for group, _ in alone] == [SIMULATION, END_TO_END]


class NoServers:
    """A machine on which no server can be had."""

    def missing(self, server: str) -> str:
        return f"There is no {server} here."

    def variables(self, server: str) -> dict[str, str]:
        raise AssertionError("nothing can be started")


def test_a_group_without_its_server_counts_as_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reason is printed, and nothing fails."""
    group = on_server(OF_SERVICES[0], "mongodb")
    tally = run_all([(group, [])], Surroundings(tmp_path, {}, NoServers()))
    assert tally == Tally(skipped=1)
    assert "skipped: There is no mongodb here." in capsys.readouterr().out


class AnyServer:
    """A machine on which nothing has to be started."""

    def missing(self, server: str) -> str:
        return ""

    def variables(self, server: str) -> dict[str, str]:
        return {}


def test_each_group_is_printed_whole_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failure in one lane is a failure of all, and stops no other."""
    passing, failing = (tmp_path / f"test_{name}.py" for name in ("passing", "failing"))
    passing.write_text("def test_it(): print('not shown')")
    failing.write_text("def test_it(): raise AssertionError('shown')")
    options = ("-p", "no:django", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))
    runs = [
        (Group(path.stem, str(path), "", options=options), [str(path)])
        for path in (passing, failing)
    ]
    around = Surroundings(tmp_path, dict(os.environ), AnyServer())
    assert run_all(runs, around) == Tally(passed=1, failed=1, in_order=False)
    said = capsys.readouterr().out
    assert "not shown" not in said
    for path, end in ((passing, "1 passed"), (failing, "1 failed")):
        own = said.split(f"--- {path.stem}: {path}\n")[1].split("\n---")[0]
        assert end in own
