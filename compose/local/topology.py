"""Which processes the system consists of, as data: two for each service."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from common.conf.service import HOST, SERVICES, ServiceIdentity
from compose.local.problem import Problem

repository = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process: what to run, with which environment, and where its service listens.

    `port` is the web process's port, for a worker too: there its health is asked.
    Processes of one `group` start and stop side by side. `user` runs it, where not
    empty and where we may choose.
    """

    name: str
    kind: str  # web | worker | infra
    service: str
    port: int
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    group: str = "saga"
    user: str = ""
    stop_signal: str = "TERM"


def service_named(name: str) -> ServiceIdentity:
    """The service called `name`; its package's name is understood too."""
    for service in SERVICES.values():
        if name in {service.name, service.package}:
            return service
    known = ", ".join(SERVICES)
    raise Problem(f"There is no service {name!r}. The services are: {known}.")


def database_file(service: str, state_dir: Path) -> Path:
    """The database of a service on the embedded default."""
    return state_dir / "db" / f"{service}.sqlite3"


def service_environment(
    service: ServiceIdentity, state_dir: Path, port_offset: int
) -> dict[str, str]:
    """What the processes and management commands of `service` read.

    The rest of the shell's variables is handed on. A DATABASE_URL among them is not:
    it would be one database for four services.
    """
    broker = quote(str(state_dir / "broker" / service.name))
    database = quote(str(database_file(service.name, state_dir)))
    return {
        "CELERY_BROKER_URL": f"filesystem://{broker}",
        "DATABASE_URL": f"sqlite://{database}",
        "DJANGO_SETTINGS_MODULE": f"{service.package}.settings",
        "LISTEN_HOST": HOST,
        "PORT_OFFSET": str(port_offset),
        "PYTHONPATH": str(repository),
        "PYTHONUNBUFFERED": "1",
        "STATE_DIR": str(state_dir),
    }


def service_processes(
    service: ServiceIdentity, state_dir: Path, port_offset: int
) -> tuple[ProcessSpec, ProcessSpec]:
    """The web process and the worker of one service."""
    environment = service_environment(service, state_dir, port_offset)
    port = service.port + port_offset
    worker = f"{service.name}-worker-1"
    run = (sys.executable, "-m", "compose.local.process")
    return (
        ProcessSpec(
            f"{service.name}-web",
            "web",
            service.name,
            port,
            (*run, "web", f"{service.package}.wsgi:application", str(port)),
            environment,
        ),
        ProcessSpec(
            f"{service.name}-worker",
            "worker",
            service.name,
            port,
            (*run, "worker", service.package, worker),
            environment | {"WORKER_NAME": worker},
        ),
    )


def system(state_dir: Path, port_offset: int) -> tuple[ProcessSpec, ...]:
    """The eight processes; web processes and workers alternate, service by service."""
    return tuple(
        process
        for service in SERVICES.values()
        for process in service_processes(service, state_dir, port_offset)
    )


def selected(specs: Sequence[ProcessSpec], names: Sequence[str]) -> list[ProcessSpec]:
    """The processes of these names, a service's name standing for both of its own."""
    for name in names:
        if not any(name in {spec.name, spec.service} for spec in specs):
            known = ", ".join(spec.name for spec in specs)
            raise Problem(f"There is no process {name!r}. The processes are: {known}.")
    return [
        spec for spec in specs if not names or {spec.name, spec.service} & set(names)
    ]
