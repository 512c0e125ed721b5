"""How a step reads."""

from __future__ import annotations

from io import StringIO

from compose.scenarios.report import StepResult, step_lines, summary, wants_colour

GOOD = StepResult(title="an order", ok=True, seconds=0.125, detail="COMPLETED")
BAD = StepResult(
    title="an order",
    ok=False,
    seconds=1.5,
    detail="the status",
    expected="COMPLETED",
    seen="FAILED",
)


def test_a_good_step_is_one_line() -> None:
    """Mark, seconds, title, what was seen; the titles are aligned."""
    text = step_lines(GOOD, width=10, colour=False)
    assert text == " ok     0.12 s  an order    COMPLETED"


def test_a_bad_step_shows_expected_and_seen() -> None:
    """They stand one below the other."""
    assert step_lines(BAD, width=10, colour=False).splitlines() == [
        " OFF    1.50 s  an order",
        "              the status",
        "              expected: COMPLETED",
        "              seen:     FAILED",
    ]


def test_a_step_that_broke_off_has_no_comparison() -> None:
    """Only the sentence is shown."""
    broken = StepResult(title="an order", ok=False, seconds=0, detail="No answer.")
    assert step_lines(broken, width=8, colour=False).splitlines() == [
        " OFF    0.00 s  an order",
        "              No answer.",
    ]


def test_colours_surround_the_mark() -> None:
    """Red for what is off."""
    assert "\033[31mOFF\033[0m" in step_lines(BAD, width=8, colour=True)


def test_the_summary_counts() -> None:
    """Steps, steps off, seconds."""
    assert summary([GOOD, BAD], colour=False) == "2 steps, 1 off, 1.62 s"
    assert summary([GOOD], colour=False) == "1 steps, all ok, 0.12 s"


def test_colour_is_for_terminals_that_want_it() -> None:
    """NO_COLOR switches it off, and a file never gets it."""

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    assert wants_colour(Terminal(), None) is True
    assert wants_colour(Terminal(), "1") is False
    assert wants_colour(StringIO(), None) is False
