"""PostgreSQL: one cluster with a database for each service."""

from __future__ import annotations

import glob
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from common.conf.service import HOST, SERVICES
from compose.infra.part import Site, Tell, account, as_child, give, infra_process
from compose.local.problem import Problem
from compose.local.topology import ProcessSpec, repository

PORT = 5432
USER = "saga"

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    # Everything is synced: these are the defaults, said aloud.
    "fsync": "on",
    "synchronous_commit": "on",
}


class PostgresPart:
    """One cluster, reached with a password over loopback only."""

    name = "postgres"

    def __init__(self, site: Site) -> None:
        self._site = site
        self.port = PORT + site.offset
        options = {**SETTINGS, "port": str(self.port)}
        self.processes: tuple[ProcessSpec, ...] = (
            infra_process(
                "postgres",
                self.name,
                self.port,
                (
                    find("postgres"),
                    *("-D", str(site.data_of(self.name))),
                    *(word for one in options.items() for word in _option(*one)),
                ),
                user=account("postgres"),
                # Its "fast" end: clients are cut off. TERM would wait for them.
                stop_signal="INT",
            ),
        )

    def url(self, database: str) -> str:
        """The address of a database for DATABASE_URL."""
        return self._url(database, quote(self._site.password()))

    def shown_url(self, database: str) -> str:
        """The same for eyes: it says where the password is."""
        return self._url(database, f"<{self._site.password_file}>")

    def _url(self, database: str, password: str) -> str:
        return f"postgres://{USER}:{password}@{HOST}:{self.port}/{database}"

    def missing(self) -> str:
        """Where the server is not installed."""
        if shutil.which(find("postgres")) and shutil.which(find("initdb")):
            return ""
        return "PostgreSQL is not installed. On Debian: apt install postgresql."

    def prepare(self, tell: Tell) -> None:
        """Make the cluster, unless it is there."""
        data = self._site.make_data(self.name, account("postgres"))
        if (data / "PG_VERSION").exists():
            return
        tell("making a PostgreSQL cluster")
        with self._password_file() as password:
            options = ("-U", USER, "-A", "scram-sha-256", f"--pwfile={password}")
            program = (find("initdb"), "-D", str(data), *options, "-E", "UTF8")
            done = subprocess.run(
                as_child((*program, "--no-locale"), account("postgres")),
                cwd=repository,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise Problem(f"initdb failed:\n{done.stdout.strip()}", 1)

    @contextmanager
    def _password_file(self) -> Iterator[Path]:
        """The password where initdb, and nobody else, may read it."""
        user = account("postgres")
        path = self._site.make_data("postgres-secret", user) / "password"
        path.write_text(self._site.password())
        give(path, user)
        try:
            yield path
        finally:
            shutil.rmtree(path.parent)

    def complaint(self, spec: ProcessSpec) -> str:
        """Until it runs a statement."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return ""
        except psycopg.OperationalError as error:
            return f"no connection on port {self.port} ({str(error).strip()})"

    def settle(self) -> None:
        """Each service has its database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            rows = connection.execute("SELECT datname FROM pg_database").fetchall()
            for name in SERVICES.keys() - {name for (name,) in rows}:
                connection.execute(
                    sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
                )


def _option(name: str, value: str) -> tuple[str, str]:
    return "-c", f"{name}={value}"


def find(name: str) -> str:
    """The newest installed program of that name; Debian keeps them off the path."""
    found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")  # noqa: PTH207 - absolute
    if not found:
        return name
    return max(found, key=lambda path: int(Path(path).parent.parent.name))
