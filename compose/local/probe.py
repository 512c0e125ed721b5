"""Whether a process of this container is well, said by the exit code: 0, else 1.

python -m compose.local.probe web 3001            it can serve
python -m compose.local.probe worker order_svc    it lives: it works or waits
python -m compose.local.probe joined order_svc    it works, as a member of its group
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from common.conf.service import worker_name
from common.pulse import complaint, pulse_file
from compose.local.health import web_complaint
from compose.local.topology import service_named

# A turn takes a second; a batch that the database holds up takes its busy timeout, and
# a wait for a part that is away 10 s. What is silent for longer hangs.
LIFE_LIMIT_S = 60.0
# A worker that has joined turns every second, or is at a batch.
WORK_LIMIT_S = 30.0


def main(argv: Sequence[str]) -> str:
    """What is wrong, as a sentence; empty when all is well."""
    kind, what = argv
    if kind == "web":
        return web_complaint(int(what))
    path = pulse_file(worker_name(service_named(what).name))
    if kind == "joined":
        return complaint(path, WORK_LIMIT_S, must_work=True)
    return complaint(path, LIFE_LIMIT_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
