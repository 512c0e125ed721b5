"""What supervisor and containers start: a service's web server, worker, migration.

python -m compose.local.process web order_svc.wsgi:application 3001
python -m compose.local.process worker order_svc order-worker-1
python -m compose.local.process migrate order_svc
python -m compose.local.process door 3005 3000
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from common.conf.service import listen_host, worker_name
from compose.local.door import stand_open
from compose.local.parent import die_with_parent
from compose.local.problem import Problem

# A request that starts a saga waits for the disk; those who wait share one transaction
# and one sync (common.storage.combining, .durable), so more threads make fewer of them.
WEB_THREADS = 16


def load_application(target: str) -> Callable[..., Any]:
    """The WSGI application `module:name`, loaded in granian's worker process."""
    die_with_parent()
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application


def serve(target: str, port: str, threads: str = str(WEB_THREADS)) -> None:
    """Serve the WSGI application until told to stop.

    A worker process that dies ends the server; the supervisor then starts both anew.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    Granian(
        target,
        address=listen_host(),
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=int(threads),
        # A thread that goes takes its database connection with it.
        blocking_threads_idle_timeout=600,
        http=HTTPModes.http1,
        websockets=False,
    ).serve(target_loader=load_application)


def work(package: str, name: str = "") -> None:
    """Run the Celery worker of `package`: one process, its pool made of threads.

    Without a name it takes WORKER_NAME, or that of its host.
    """
    name = name or worker_name(package.removesuffix("_svc"))
    os.environ["WORKER_NAME"] = name  # the service's settings read it
    from celery.__main__ import main as celery

    sys.argv = ["celery", "-A", package, "worker", "--pool", "threads"]
    sys.argv += ["--concurrency", "2", "--loglevel", "INFO", "-n", f"{name}@%h"]
    # Workers of this system have nothing to tell each other.
    sys.argv += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    celery()


def migrate(package: str) -> None:
    """The service's database has its tables, and the stock its sample."""
    from compose.local.databases import prepare
    from compose.local.topology import service_named

    service = service_named(package)
    prepare(service, os.environ)
    print(f"the database of {service.name} is migrated", flush=True)


KINDS: Mapping[str, Callable[..., None]] = {
    "web": serve,
    "worker": work,
    "migrate": migrate,
    "door": stand_open,
}


def main(argv: Sequence[str]) -> None:
    """Run what the arguments name; it ends with the supervisor."""
    die_with_parent()
    kind, *rest = argv
    KINDS[kind](*rest)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
