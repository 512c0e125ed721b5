"""On which kinds of stack a test runs, where it is not on all of them.

What our own code decides is shown on the embedded stack; what the log, the databases
or the broker may change is shown on the real ones too.
"""

from __future__ import annotations

import pytest

from compose.local.backing import EMBEDDED, STACKS

REAL = [kind for kind in STACKS if kind != EMBEDDED]

on_embedded = pytest.mark.parametrize("shop", [EMBEDDED], indirect=True)
on_real = pytest.mark.parametrize("shop", REAL, indirect=True)
# What is of the log alone: both real stacks have the same.
WITH_EACH_LOG = [EMBEDDED, "kafka-postgres"]
on_each_log = pytest.mark.parametrize("shop", WITH_EACH_LOG, indirect=True)
# Both patterns on the embedded stack, and each once on a real one.
in_both_patterns = pytest.mark.parametrize(
    ("shop", "pattern"),
    [
        (EMBEDDED, "choreography"),
        (EMBEDDED, "orchestration"),
        ("kafka-postgres", "orchestration"),
        ("kafka-mongodb", "choreography"),
    ],
    indirect=["shop"],
    # Else, with a parameter beside it, the stack would last for one test.
    scope="session",
)
