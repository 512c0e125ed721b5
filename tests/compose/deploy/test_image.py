"""The image has what a service needs to run, and nothing that could build."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from common.conf.service import SERVICES, ServiceIdentity
from compose.local.supervision import wait_until
from compose.local.topology import repository
from tests.compose.deploy.files import (
    DOCKERFILE,
    copies,
    lay_out_image,
    local_processes,
)

TEXT = DOCKERFILE.read_text("utf-8")
FINAL = TEXT.rpartition("\nFROM ")[2]


def run(
    place: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Our Python with these arguments, within the image's files only."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=place,
        env={"PATH": os.environ["PATH"], "STATE_DIR": str(place / "tmp")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/app of the image."""
    place = tmp_path_factory.mktemp("image") / "app"
    lay_out_image(place)
    return place


def test_hadolint_finds_nothing() -> None:
    """No rule is switched off."""
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "--no-color", DOCKERFILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "hadolint ignore" not in TEXT


def test_packages_come_by_hash_as_wheels() -> None:
    """From the lock that the tests run with, in a stage that is left behind."""
    install = TEXT[TEXT.index("pip --python") :].partition("\n\n")[0]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert "COPY requirements/base.txt /tmp/base.txt" in TEXT
    assert "pip install" not in FINAL and "apt" not in FINAL


def test_the_base_is_pinned_and_the_same_for_both_stages() -> None:
    """Or the wheels would be for another Python."""
    assert re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2
    image = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", TEXT, re.MULTILINE)
    assert image and re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", image.group(1))


def test_it_runs_as_nobody_in_particular() -> None:
    """By number, so that Kubernetes sees that it is not root."""
    assert re.findall(r"^USER (\S+)$", TEXT, re.MULTILINE) == ["10001:10001"]


def test_its_command_and_check_are_those_of_a_local_service() -> None:
    """The order service's; the compose file and the manifests have all."""
    command = re.search(r"^CMD (\[.+\])$", TEXT, re.MULTILINE)
    check = re.search(r"^    CMD (\[.+\])$", TEXT, re.MULTILINE)
    assert command and check
    web = local_processes()["order-web"]
    assert json.loads(command.group(1)) == ["python", *web.command[1:]]
    probe = ["python", "-m", "compose.local.probe", "web", str(web.port)]
    assert json.loads(check.group(1)) == probe


def test_the_builder_is_sent_what_is_copied_and_no_more() -> None:
    """.dockerignore lets through just the sources of the COPY lines."""
    rows = (repository / ".dockerignore").read_text().splitlines()
    let_through = {row[1:] for row in rows if row.startswith("!")}
    assert rows[[row.startswith("#") for row in rows].index(False)] == "*"
    assert let_through == {*(source for source, _ in copies()), "requirements/base.txt"}
    for secret in ("compose/.env", "var/secret_key", ".git/config"):
        assert not any(fnmatch(secret, f"{name}*") for name in let_through)


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda one: one.name)
def test_its_files_are_enough_to_migrate(
    app: Path, tmp_path: Path, service: ServiceIdentity
) -> None:
    """And to have a database that Django finds complete, without any test of ours."""
    package = service.package
    state = {"STATE_DIR": str(tmp_path), "SECRET_KEY": "x" * 40}
    done = run(app, "-m", "compose.local.process", "migrate", package, **state)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"the database of {service.name} is migrated\n"
    assert (
        run(app, f"{package}/manage.py", "migrate", "--check", **state).returncode == 0
    )
    assert not list(app.rglob("tests"))


def test_its_files_are_enough_to_open_the_shop(app: Path, tmp_path: Path) -> None:
    """With its pictures and styles, and no database."""
    script = (
        "from order_svc.storefront.wsgi import application\n"
        "from django.test import Client\n"
        "for path in ('/livez', '/static/shop/shop.css', '/static/ui/ui.js'):\n"
        "    print(Client().get(path, headers={'Host': 'localhost'}).status_code)\n"
    )
    state = {"STATE_DIR": str(tmp_path), "SECRET_KEY": "x" * 40}
    done = run(app, "-c", script, **state)
    assert (done.stdout, done.stderr) == ("200\n200\n200\n", "")


def test_a_migration_that_fails_says_so(app: Path, tmp_path: Path) -> None:
    """In a sentence, with the end of what Django wrote, and an exit code."""
    url = f"sqlite://{tmp_path}/folder"
    (tmp_path / "folder").mkdir()
    done = run(
        app,
        *("-m", "compose.local.process", "migrate", "order_svc"),
        DATABASE_URL=url,
        SECRET_KEY="x" * 40,
    )
    assert done.returncode == 1
    assert "`manage order migrate` failed:" in done.stderr
    assert "unable to open database file" in done.stderr


def test_its_files_are_enough_to_be_looked_at(app: Path) -> None:
    """The checks run in it, and say what is wrong."""
    probe = ("-m", "compose.local.probe")
    done = run(app, *probe, "worker", "order_svc", WORKER_NAME="w")
    assert done.returncode == 1
    assert "there is no pulse in" in done.stderr and "w.pulse" in done.stderr
    done = run(app, *probe, "web", "9")
    assert done.returncode == 1
    assert done.stderr.startswith("/readyz on port 9 does not answer")


@pytest.mark.slow
def test_a_container_of_a_worker_gets_well_and_ends_when_told(
    app: Path, tmp_path: Path
) -> None:
    """By its check: not before it has joined; with the exit code of a clean end."""
    environment = {
        "PATH": os.environ["PATH"],
        "STATE_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 40,
    }
    run(app, "-m", "compose.local.process", "migrate", "order_svc", **environment)
    probe = ("-m", "compose.local.probe", "joined", "order_svc")
    assert run(app, *probe, **environment).returncode == 1
    command = (sys.executable, "-m", "compose.local.process", "worker", "order_svc")
    said = tmp_path / "said"
    with said.open("w") as out:
        worker = subprocess.Popen(
            command, cwd=app, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        is_well = lambda: run(app, *probe, **environment).returncode == 0  # noqa: E731
        assert wait_until(is_well, 20), said.read_text()
        assert f"order-worker-{socket.gethostname()}" in said.read_text()
        worker.terminate()
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.wait(5)
