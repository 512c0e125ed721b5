"""A process that reaches a point many times and prints how often a fault struck.

python -m tests.common.faults.actor FILE POINT TIMES
"""

from __future__ import annotations

import sys
from pathlib import Path

from common import faults
from common.faults import injection
from common.faults.file import FaultFile


def main(file: str, point: str, times: str) -> None:
    """Reach it; the last line is the count."""
    service = point.split(".", maxsplit=1)[0]
    injection.install(injection.Watch(service, FaultFile(Path(file))))
    print(sum(faults.happens(point) for _ in range(int(times))))


if __name__ == "__main__":
    main(*sys.argv[1:])
