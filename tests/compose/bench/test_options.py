"""The options of `bench`."""

from __future__ import annotations

import pytest

from compose.bench.options import Options, read_options
from compose.scenarios.shop import CHOREOGRAPHY, ORCHESTRATION


def test_the_defaults() -> None:
    """3,000 orchestrated orders on a stack of its own at offset 100."""
    assert read_options([]) == Options()
    assert Options().patterns == (ORCHESTRATION,)
    assert (Options().orders, Options().light_orders) == (3000, 100)
    assert (Options().port_offset, Options().own_stack) == (100, True)


def test_both_patterns_are_measured_one_after_the_other() -> None:
    """Orchestration first."""
    found = read_options(["--pattern", "both"])
    assert found.patterns == (ORCHESTRATION, CHOREOGRAPHY)


def test_a_running_stack_is_looked_for_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PORT_OFFSET counts for --url; the bench's own stack keeps clear of it."""
    monkeypatch.setenv("PORT_OFFSET", "7")
    assert read_options(["--url", "http://shop.test/"]).port_offset == 7
    assert read_options([]).port_offset == 100
    assert read_options(["--url", "http://shop.test", "--port-offset", "9"]) == Options(
        base="http://shop.test", own_stack=False, port_offset=9
    )


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["--orders", "0"], "0 is less than 1"),
        (["--orders", "many"], "invalid whole number value: 'many'"),
        (["--failures", "101"], "101 is not a share from 0 to 100"),
        (["--failures", "nan"], "nan is not a share from 0 to 100"),
        (["--url", "shop.test"], "shop.test is not like http://HOST"),
        (["--url", "http://shop.test:3004"], "leave out port and path"),
        (["--pattern", "mime"], "invalid choice: 'mime'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    argv: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and the reason."""
    with pytest.raises(SystemExit) as stopped:
        read_options(argv)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err
