"""A process that ends with the one that started it, however that one ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
OUTSIDE = 0  # the parent's id where it lives in another namespace


def die_with_parent() -> None:
    """From now on a kill -9 of the parent ends this process too.

    A granian worker whose main process was killed would go on answering on its port,
    beside the one the supervisor starts in its stead.

    Process 1 of a container has a parent outside of it, which it cannot see: a thread
    of the container's runtime. That one's end is not the container's, so nothing is
    asked; what ends the container ends its process 1 first.
    """
    parent = os.getppid()
    if parent == OUTSIDE:
        return
    if sys.platform == "linux":
        _ask_the_kernel()
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended while we were asking
        os.kill(os.getpid(), signal.SIGKILL)


def _ask_the_kernel() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl(PR_SET_PDEATHSIG): {os.strerror(code)}")


def _watch(parent: int, every: float = 0.5) -> None:
    # Other systems have no such signal, only a change of the parent's id to look at.
    while os.getppid() == parent:
        time.sleep(every)
    os.kill(os.getpid(), signal.SIGKILL)
