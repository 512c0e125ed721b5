"""A namespace of processes of its own, as a container has one."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest


def in_its_own_namespace() -> tuple[str, ...]:
    """What starts a program as process 1; the test is skipped where none may."""
    unshare = (str(shutil.which("unshare")), "--pid", "--fork", "--mount-proc")
    if os.geteuid() != 0 or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("Namespaces of processes can't be made here; that needs root.")
    return unshare
