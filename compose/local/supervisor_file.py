"""The supervisor's configuration, written from the topology."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence

from compose.local.places import Places
from compose.local.topology import ProcessSpec, repository


def configuration(specs: Sequence[ProcessSpec], places: Places) -> str:
    """The whole file; the same topology gives the same text."""
    sections = [
        _daemon(places),
        _section("unix_http_server", {"file": str(places.socket), "chmod": "0700"}),
        _section(
            "rpcinterface:supervisor",
            {
                "supervisor.rpcinterface_factory": (
                    "supervisor.rpcinterface:make_main_rpcinterface"
                )
            },
        ),
        *(
            _section(f"group:{group}", {"programs": ",".join(names)})
            for group, names in _groups(specs).items()
        ),
        *(_program(spec, places) for spec in specs),
    ]
    return "\n".join(sections)


def _groups(specs: Sequence[ProcessSpec]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for spec in specs:
        names.setdefault(spec.group, []).append(spec.name)
    return names


def _daemon(places: Places) -> str:
    options = {
        "logfile": str(places.log_of("supervisord")),
        "logfile_maxbytes": "5MB",
        "logfile_backups": "1",
        "pidfile": str(places.pid),
        "childlogdir": str(places.logs),
        "directory": str(repository),
    }
    if os.getuid() == 0:  # said aloud, or the supervisor warns of it at every start
        options["user"] = "root"
    return _section("supervisord", options)


def _program(spec: ProcessSpec, places: Places) -> str:
    return _section(
        f"program:{spec.name}",
        {
            "command": shlex.join(spec.command),
            "directory": str(repository),
            "environment": _environment(spec.environment),
            "autostart": "true",
            "autorestart": "true",
            "startsecs": "1",
            # It never gives up: what fails for ever is seen in `status` and the log.
            "startretries": "1000000",
            "stopsignal": spec.stop_signal,
            "stopwaitsecs": "10",
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(places.log_of(spec.name)),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "2",
            **({"user": spec.user} if spec.user else {}),
        },
    )


def _section(title: str, options: Mapping[str, str]) -> str:
    lines = [f"{name} = {value.replace('%', '%%')}" for name, value in options.items()]
    return "\n".join([f"[{title}]", *lines, ""])


def _environment(values: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{value}"' for name, value in sorted(values.items()))
