"""Where faults can be turned on between a customer's click and the booked payment."""

from __future__ import annotations

from common.faults.points import CRASH, FAIL, SLOW, Point

POINTS = (
    Point(
        "payment.decline",
        "The simulator declines a charge that it would have made.",
        (FAIL,),
    ),
    Point(
        "payment.before-intent",
        "Nothing is written down yet of what Toss will be asked.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "payment.after-intent",
        "What Toss will be asked is committed, and Toss was not asked yet.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "toss.before-call",
        "A call to Toss is about to be sent; where it fails, Toss was not reached.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "toss.after-answer",
        "Toss has done what it was asked; where it fails, its answer is lost.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "toss.decline",
        "Toss is not called, and the call ends as if it had declined.",
        (FAIL,),
    ),
    Point(
        "payment.before-save",
        "What Toss said is known and not committed; where it fails, it is rolled back.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "payment.save",
        "Each try to save what Toss said; where it fails, as if the database did.",
        (CRASH, FAIL, SLOW),
    ),
    Point(
        "payment.after-save",
        "What Toss said is committed; nobody was told yet.",
        (CRASH, FAIL, SLOW),
    ),
)
