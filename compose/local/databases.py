"""Four databases, migrated, and the sample stock in one of them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

from common.conf.service import SERVICES, ServiceIdentity
from compose.local.places import Places
from compose.local.problem import Problem
from compose.local.topology import repository

Environments = Mapping[str, Mapping[str, str]]


def management_command(service: ServiceIdentity, arguments: Sequence[str]) -> list[str]:
    """The command line of `manage.py` of this service, under our Python."""
    script = repository / service.package / "manage.py"
    return [sys.executable, str(script), *arguments]


def migrate_all(environments: Environments) -> None:
    """Afterwards each service's database has its tables, and the stock is loaded.

    Each service has a database file of its own, so all four go side by side.
    """
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        jobs = [
            pool.submit(prepare, service, environments[service.name])
            for service in SERVICES.values()
        ]
    for job in jobs:
        job.result()


def prepare(service: ServiceIdentity, environment: Mapping[str, str]) -> None:
    """Afterwards the service's database has its tables, and the stock is loaded."""
    _run(service, ("migrate", "--noinput"), environment)
    if service.name == "inventory":
        _run(service, ("initialize_stock", "--if-empty"), environment)


def _run(
    service: ServiceIdentity, arguments: Sequence[str], environment: Mapping[str, str]
) -> None:
    done = subprocess.run(
        management_command(service, arguments),
        env=dict(environment),
        cwd=repository,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(f"  {line}" for line in done.stdout.splitlines()[-20:])
        raise Problem(f"`manage {service.name} {arguments[0]}` failed:\n{tail}", 1)


def migrations_digest() -> str:
    """A name for what the databases should look like: it changes with any migration."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(repository)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> list[Path]:
    """Our migrations, and the lock, which stands for Django's own."""
    packages = ["common", *(service.package for service in SERVICES.values())]
    migrations = [
        path
        for package in packages
        for path in (repository / package).rglob("migrations/*.py")
    ]
    return sorted([*migrations, repository / "requirements" / "base.txt"])


def stamp(addresses: Iterable[str], currency: str) -> str:
    """A name for the databases at these addresses in the state they should have.

    In another currency it is another one: `migrate` is run then, and refuses.
    """
    digest = hashlib.sha256(migrations_digest().encode())
    for text in (*addresses, currency):
        digest.update(text.encode())
    return digest.hexdigest()


def are_up_to_date(places: Places, addresses: Sequence[str], wanted: str) -> bool:
    """True when these very files were migrated to this very state (a `stamp`) before.

    Asking Django costs as much as migrating: four processes of a second each. A server
    can have lost its data without our noticing, so there Django is asked.
    """
    if not places.migrated.is_file():
        return False
    if places.migrated.read_text() != wanted:
        return False
    return all(map(_is_a_filled_file, addresses))


def _is_a_filled_file(address: str) -> bool:
    parts = urlsplit(address)
    path = Path(unquote(parts.path))
    return parts.scheme == "sqlite" and path.is_file() and path.stat().st_size > 0
