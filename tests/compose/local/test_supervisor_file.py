"""The supervisor's file, read as the supervisor reads it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from supervisor.options import ServerOptions

from compose.local.backing import embedded
from compose.local.places import Places
from compose.local.supervisor_file import configuration
from compose.local.topology import ProcessSpec, system


def read_back(specs: tuple[ProcessSpec, ...], places: Places) -> dict[str, Any]:
    """Write the file, have the supervisor read it; its programs by name."""
    places.make()
    places.configuration.write_text(configuration(specs, places))
    options = ServerOptions()
    options.realize(["-c", str(places.configuration)])
    (group,) = options.process_group_configs
    return {program.name: program for program in group.process_configs}


def test_every_process_is_a_program_that_is_kept_running(tmp_path: Path) -> None:
    """All eleven are there, restarted whatever the exit code, stopped as a group."""
    places = Places(tmp_path / "state")
    programs = read_back(system(places.root, 0, embedded(places.root, {})), places)
    assert len(programs) == 11
    for name, program in programs.items():
        assert program.autorestart is not False
        assert program.startretries == 1_000_000
        assert program.stopasgroup is True
        assert program.killasgroup is True
        assert program.redirect_stderr is True
        assert program.stdout_logfile == str(places.logs / f"{name}.log")
        assert program.stdout_logfile_maxbytes == 10 * 1024**2


def test_odd_values_arrive_as_they_are(tmp_path: Path) -> None:
    """Spaces, per cent signs and apostrophes in paths and values survive."""
    places = Places(tmp_path / "it's odd")
    odd = {
        "EMPTY": "",
        "PATH_ODD": str(places.root),
        "LIST": "a=1,b=2",
        "URL": "f://a%20b",
    }
    command = ("/bin/echo", "it's", "50%", "two words")
    spec = ProcessSpec("odd-web", "web", "odd", 3001, command, odd)
    program = read_back((spec,), places)["odd-web"]
    assert program.environment == odd
    assert program.command == "/bin/echo 'it'\"'\"'s' 50% 'two words'"


def test_groups_and_signals_are_the_processes_own(tmp_path: Path) -> None:
    """A process may have another group and another signal that ends it."""
    places = Places(tmp_path / "state")
    places.make()
    specs = [
        ProcessSpec("a", "infra", "x", 1, ("true",), group="one", stop_signal="INT"),
        ProcessSpec("b", "infra", "x", 2, ("true",), group="two"),
    ]
    places.write_configuration(configuration(specs, places))
    options = ServerOptions()
    options.realize(["-c", str(places.configuration)])
    found = {
        group.name: group.process_configs[0] for group in options.process_group_configs
    }
    assert {name: one.name for name, one in found.items()} == {"one": "a", "two": "b"}
    assert found["one"].stopsignal == signal.SIGINT
    assert found["two"].stopsignal == signal.SIGTERM


def test_the_configuration_is_for_our_eyes_only(tmp_path: Path) -> None:
    """It holds the passwords of databases."""
    places = Places(tmp_path / "state")
    places.make()
    places.write_configuration("x")
    assert places.configuration.stat().st_mode & 0o777 == 0o600
