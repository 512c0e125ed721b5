"""Which processes the system consists of: two for each service, the shop, a sandbox."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common.conf.service import HOST, SERVICES, ServiceIdentity
from compose.local import sandbox, storefront
from compose.local.backing import Backing
from compose.local.problem import Problem

repository = Path(__file__).resolve().parents[2]

RUN = (sys.executable, "-m", "compose.local.process")


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


def service_environment(
    service: ServiceIdentity,
    state_dir: Path,
    port_offset: int,
    backing: Backing,
    *,
    with_sandbox: bool = True,
) -> dict[str, str]:
    """What the processes and management commands of `service` read.

    The rest of the shell's variables is handed on.
    """
    return {
        **backing.of(service.name),
        **(sandbox.keys(port_offset) if with_sandbox else {}),
        "DJANGO_SETTINGS_MODULE": f"{service.package}.settings",
        "LISTEN_HOST": HOST,
        "PORT_OFFSET": str(port_offset),
        "PYTHONPATH": str(repository),
        "PYTHONUNBUFFERED": "1",
        "STATE_DIR": str(state_dir),
    }


def service_processes(
    service: ServiceIdentity, port_offset: int, environment: Mapping[str, str]
) -> tuple[ProcessSpec, ProcessSpec]:
    """The web process of one service and its first worker."""
    port = service.port + port_offset
    web = ProcessSpec(
        f"{service.name}-web",
        "web",
        service.name,
        port,
        (*RUN, "web", f"{service.package}.wsgi:application", str(port)),
        environment,
    )
    return web, worker(service, port_offset, environment, 1)


def worker(
    service: ServiceIdentity,
    port_offset: int,
    environment: Mapping[str, str],
    number: int,
) -> ProcessSpec:
    """A worker of one service; further ones come and go as groups of their own."""
    name = f"{service.name}-worker-{number}"
    return ProcessSpec(
        f"{service.name}-worker" if number == 1 else name,
        "worker",
        service.name,
        service.port + port_offset,
        (*RUN, "worker", service.package, name),
        {**environment, "WORKER_NAME": name},
        group="saga" if number == 1 else f"workers-{number}",
    )


def toss_sandbox(state_dir: Path, port_offset: int) -> ProcessSpec:
    """The stand-in for Toss, a web process beside those of the services."""
    port = sandbox.port(port_offset)
    return ProcessSpec(
        sandbox.NAME,
        "web",
        sandbox.NAME,
        port,
        (*RUN, "web", sandbox.APPLICATION, str(port), str(sandbox.THREADS)),
        sandbox.environment(state_dir, port_offset, repository),
    )


def shop(
    state_dir: Path, port_offset: int, *, with_sandbox: bool
) -> tuple[ProcessSpec, ProcessSpec]:
    """The storefront, and the door by which it is reached at its second address."""
    port, door = storefront.port(port_offset), storefront.door_port(port_offset)
    environment = storefront.environment(
        state_dir, port_offset, repository, with_sandbox=with_sandbox
    )
    return (
        ProcessSpec(
            storefront.NAME,
            "web",
            storefront.SERVICE,
            port,
            (*RUN, "web", storefront.APPLICATION, str(port)),
            environment,
        ),
        ProcessSpec(
            storefront.DOOR,
            "web",
            storefront.SERVICE,
            door,
            (*RUN, "door", str(door), str(port)),
            environment,
        ),
    )


def system(
    state_dir: Path,
    port_offset: int,
    backing: Backing,
    workers: int = 1,
    *,
    with_sandbox: bool = True,
) -> tuple[ProcessSpec, ...]:
    """The eight processes, service by service, further workers, shop and sandbox."""
    environments = {
        service.name: service_environment(
            service, state_dir, port_offset, backing, with_sandbox=with_sandbox
        )
        for service in SERVICES.values()
    }
    eight = [
        process
        for service in SERVICES.values()
        for process in service_processes(
            service, port_offset, environments[service.name]
        )
    ]
    further = [
        worker(service, port_offset, environments[service.name], number)
        for number in range(2, workers + 1)
        for service in SERVICES.values()
    ]
    front = shop(state_dir, port_offset, with_sandbox=with_sandbox)
    beside = [toss_sandbox(state_dir, port_offset)] if with_sandbox else []
    return (*eight, *further, *front, *beside)


def selected(specs: Sequence[ProcessSpec], names: Sequence[str]) -> list[ProcessSpec]:
    """The processes of these names, a service's name standing for both of its own."""
    for name in names:
        if not any(name in {spec.name, spec.service} for spec in specs):
            known = ", ".join(spec.name for spec in specs)
            raise Problem(f"There is no process {name!r}. The processes are: {known}.")
    return [
        spec for spec in specs if not names or {spec.name, spec.service} & set(names)
    ]
