"""The real components: they serve, they survive kill -9, they keep their data."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest
from pymongo import MongoClient
from redis import Redis

from common.conf.service import SERVICES
from compose.infra.backbone import PARTS, Infra
from compose.local.problem import Problem
from compose.local.supervision import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def kill(infra: Infra, name: str) -> None:
    """kill -9, and wait until the next one serves."""
    killed = infra.pid_of(name)
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: pid(infra, name) not in {None, killed}, 20)
    infra.wait_healthy(30)


def pid(infra: Infra, name: str) -> int | None:
    """The process id, if it runs."""
    return next(state.pid for state in infra.status() if state.name == name)


def test_every_part_runs_and_listens_on_loopback(infra: Infra) -> None:
    """Seven processes: a broker, four databases of MongoDB, PostgreSQL, Redis."""
    assert infra.running() == list(PARTS)
    assert {state.state for state in infra.status()} == {"RUNNING"}
    assert len(infra.status()) == 7
    assert infra.kafka.url == f"kafka://127.0.0.1:{infra.kafka.port}"


def test_postgres_keeps_each_services_database_over_a_kill(infra: Infra) -> None:
    """What was committed is there again."""
    with psycopg.connect(infra.postgres.url("order")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    kill(infra, "postgres")
    with psycopg.connect(infra.postgres.url("order")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
    assert {name for (name,) in rows} >= set(SERVICES)


def test_postgres_wants_its_password(infra: Infra) -> None:
    """Being on the same machine is not enough."""
    with pytest.raises(psycopg.OperationalError, match="password authentication fail"):
        psycopg.connect(infra.postgres._url("order", "guessed"))


def test_mongodb_has_a_replica_set_a_service_and_keeps_its_data(infra: Infra) -> None:
    """A transaction works, and what it wrote outlasts a kill."""
    with MongoClient[dict[str, int]](infra.mongodb.url("payment")) as client:
        assert client.admin.command("hello")["setName"] == "rs-payment"
        with client.start_session() as session, session.start_transaction():
            client["payment"]["kept"].insert_one({"n": 7}, session=session)
    kill(infra, "mongodb-payment")
    with MongoClient[dict[str, int]](infra.mongodb.url("payment")) as client:
        found = client["payment"]["kept"].find_one()
    assert found is not None and found["n"] == 7


def test_redis_comes_back_empty(infra: Infra) -> None:
    """It holds doorbells only."""
    with Redis(port=infra.redis.port) as client:
        client.set("bell", "rung")
    kill(infra, "redis")
    with Redis(port=infra.redis.port) as client:
        assert client.get("bell") is None


def test_one_part_is_stopped_and_started_beside_the_others(infra: Infra) -> None:
    """The others' processes stay the same."""
    kafka = infra.pid_of("kafka")
    assert infra.down(["redis"]) == ["redis"]
    assert infra.running() == ["kafka", "mongodb", "postgres"]
    infra.up(["redis"])
    assert infra.running() == list(PARTS)
    assert infra.pid_of("kafka") == kafka


def test_who_looks_from_elsewhere_sees_the_same(infra: Infra) -> None:
    """A second command finds the parts where they run, whatever its own offset is."""
    other = Infra(infra.places.root.parent, 7)
    assert other.status() == infra.status()
    assert other.kafka.url == infra.kafka.url


def test_a_part_that_is_not_known_is_named(tmp_path: Path) -> None:
    """The sentence lists those that are."""
    with pytest.raises(Problem, match=r"no part 'oracle'\. The parts are: kafka"):
        Infra(tmp_path).up(["oracle"])


def test_what_is_missing_is_said_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence a part, with what to install; nothing was made."""
    monkeypatch.setenv("PATH", "")
    infra = Infra(tmp_path / "state")
    with pytest.raises(Problem) as caught:
        infra.up(["kafka", "redis"])
    assert str(caught.value) == (
        "Java is not installed. On Debian: apt install default-jre-headless.\n"
        "redis-server is not installed. On Debian: apt install redis-server."
    )
    assert not (tmp_path / "state").exists()
