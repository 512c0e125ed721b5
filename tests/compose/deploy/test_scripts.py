"""The shell scripts run in any POSIX shell, and make what they say."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from common.conf.profile import MIN_SECRET_LENGTH
from common.conf.service import SERVICES
from compose.infra.postgres import USER, PostgresPart
from compose.local.topology import repository
from tests.compose.deploy.files import COMPOSE, ENV_EXAMPLE, env_file, filled
from tests.real import real_infra

SCRIPTS = sorted(COMPOSE.rglob("*.sh"))
MAKE_ENV = COMPOSE / "make-env.sh"
DATABASES = COMPOSE / "postgres-init" / "databases.sh"


def run(script: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a script under /bin/sh."""
    done = subprocess.run(
        ["/bin/sh", script, *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_a_script(script: Path) -> None:
    """It can be read and started, and ends at the first error."""
    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0
    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text().startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in script.read_text()


def test_shellcheck_finds_nothing() -> None:
    """Where it is installed."""
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed. On Debian: apt install shellcheck.")
    done = subprocess.run(
        [shellcheck, *SCRIPTS], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def made(tmp_path: Path, *arguments: str) -> dict[str, str]:
    """The environment file that make-env.sh makes."""
    path = tmp_path / ".env"
    code, said, wrong = run(MAKE_ENV, *arguments, ENV_FILE=str(path))
    assert (code, wrong) == (0, "")
    assert said.startswith(f"{path} is made: ")
    assert path.stat().st_mode & 0o777 == 0o600
    return env_file(path.read_text())


def test_the_environment_has_secrets_of_its_own(tmp_path: Path) -> None:
    """Each is long and none is another; all else is the example's."""
    found = made(tmp_path)
    example = env_file(ENV_EXAMPLE.read_text())
    secrets = [name for name, value in example.items() if not value]
    assert "SECRET_KEY" in secrets and "REDIS_PASSWORD" in secrets
    assert len({found[name] for name in secrets}) == len(secrets)
    assert all(len(found[name]) >= MIN_SECRET_LENGTH for name in secrets)
    assert {n: v for n, v in found.items() if n not in secrets} == {
        n: v for n, v in example.items() if v
    }


def test_the_environment_can_be_that_of_postgres(tmp_path: Path) -> None:
    """Its profile, and an address for each service with its own password."""
    found = made(tmp_path, "postgres")
    assert found["COMPOSE_PROFILES"] == "postgres"
    for service in SERVICES:
        url = urlsplit(filled(found[f"{service.upper()}_DATABASE_URL"], found))
        assert (url.scheme, url.hostname, url.path) == (
            "postgres",
            "postgres",
            f"/{service}",
        )
        assert url.username == service
        assert url.password == found[f"{service.upper()}_DATABASE_PASSWORD"]


def test_an_environment_is_not_made_anew(tmp_path: Path) -> None:
    """Its passwords are those of data that are there."""
    before = made(tmp_path)
    path = tmp_path / ".env"
    code, _, wrong = run(MAKE_ENV, ENV_FILE=str(path))
    assert code == 1
    assert f"{path} is there already" in wrong
    assert env_file(path.read_text()) == before


def test_another_database_is_refused(tmp_path: Path) -> None:
    """And nothing is made."""
    code, _, wrong = run(MAKE_ENV, "oracle", ENV_FILE=str(tmp_path / ".env"))
    assert code == 2
    assert "there is no database 'oracle'" in wrong
    assert not (tmp_path / ".env").exists()


def test_secrets_stay_out_of_the_repository() -> None:
    """Git knows the files that hold them."""
    for name in ("compose/.env", "compose/kubernetes/overlays/mine/secrets/order.env"):
        done = subprocess.run(
            [str(shutil.which("git")), "check-ignore", "--quiet", "--no-index", name],
            cwd=repository,
            check=False,
        )
        assert done.returncode == 0, name


@pytest.mark.slow
def test_each_service_gets_a_database_that_others_cannot_enter() -> None:
    """In a real PostgreSQL, with a password that quoting must stand."""
    with real_infra("postgres") as infra:
        part = infra.parts["postgres"]
        assert isinstance(part, PostgresPart)
        # What `settle` has made for a local stack is in the way here.
        with psycopg.connect(part.url("postgres"), autocommit=True) as admin:
            for service in SERVICES:
                admin.execute(f'DROP DATABASE "{service}"'.encode())
        given = urlsplit(part.url("postgres"))
        passwords = {
            f"{one.upper()}_DATABASE_PASSWORD": f'it\'s "{one}"' for one in SERVICES
        }
        code, _, wrong = run(
            DATABASES,
            PGHOST=str(given.hostname),
            PGPORT=str(given.port),
            PGPASSWORD=str(given.password),
            POSTGRES_USER=USER,
            **passwords,
        )
        assert (code, wrong) == (0, "")

        def enter(user: str, database: str) -> str:
            with psycopg.connect(
                host=given.hostname,
                port=given.port,
                user=user,
                password=f'it\'s "{user}"',
                dbname=database,
            ) as connection:
                connection.execute("CREATE TABLE mine (id int)")
                row = connection.execute("SELECT current_database()").fetchone()
                return str(row[0]) if row else ""

        assert [enter(one, one) for one in SERVICES] == list(SERVICES)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            enter("order", "payment")


def test_a_password_that_is_missing_is_named() -> None:
    """Before anything is made."""
    code, _, wrong = run(DATABASES, POSTGRES_USER=USER)
    assert code == 1
    assert "ORDER_DATABASE_PASSWORD is empty" in wrong
