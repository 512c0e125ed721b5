#!/usr/bin/env python3
"""One command for the whole system; `python3 manage_all.py --help` lists what it does.

Any Python 3 can read this file, so that one too old is told so instead of a traceback.
The rest is in compose/local: bootstrap.py makes the virtual environment and starts this
file again with its Python, cli.py takes over from there.
"""

import os
import sys

OLDEST = (3, 11)
TOO_OLD = (
    "manage_all.py: needs Python {}.{} or newer, and this is {}.{}. "
    "Run it with a newer one, for example: python3.12 manage_all.py up\n"
)


def main() -> int:
    """Return the exit code of the command."""
    if sys.version_info < OLDEST:
        sys.stderr.write(TOO_OLD.format(*(OLDEST + tuple(sys.version_info[:2]))))
        return 2
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from compose.local import bootstrap

    return bootstrap.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
