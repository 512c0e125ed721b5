"""Which tests run in which process, and how they are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.groups import OF_SERVICES, on_server
from compose.local.suite import Tally, clean_environment, read_tally, run_groups


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


def test_tests_do_not_see_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell set up for a running stack changes nothing for them."""
    monkeypatch.setenv("PORT_OFFSET", "100")
    monkeypatch.setenv("LOG_URL", "embedded:///somewhere")
    found = clean_environment(Path("/folder"))
    assert "PORT_OFFSET" not in found
    assert "LOG_URL" not in found
    assert found["STATE_DIR"] == "/folder/state"
    assert found["APP_PROFILE"] == "test"


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
    tally, codes = run_groups([(group, [])], tmp_path, {}, NoServers())
    assert (tally, codes) == (Tally(skipped=1), [])
    assert "skipped: There is no mongodb here." in capsys.readouterr().out
