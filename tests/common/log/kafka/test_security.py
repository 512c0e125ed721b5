"""A broker that lets nobody in without TLS and a password."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.log.connect import connect
from common.log.port import Log, LogUnavailable, TopicSpec
from compose.infra import kafka
from tests.common.log.kafka.litter import LITTER, collected
from tests.common.log.site import drain, record, values
from tests.real import real_infra

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90), LITTER]
TOPIC = TopicSpec(name="orders", partitions=1)
LISTENER = """
listeners=PLAINTEXT://127.0.0.1:{{port}},GUARDED://127.0.0.1:{guarded},\
CONTROLLER://127.0.0.1:{{controller}}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,GUARDED:SASL_SSL,CONTROLLER:PLAINTEXT
listener.name.guarded.ssl.keystore.type=PEM
listener.name.guarded.ssl.keystore.location={keystore}
listener.name.guarded.sasl.enabled.mechanisms=PLAIN
listener.name.guarded.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_shop="s3cret";
"""


def certificate(folder: Path) -> Path:
    """A file with a certificate of 127.0.0.1, signed by itself, and its key."""
    path = folder / "broker.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-days", "2", "-keyout", path.name, "-out", "certificate.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + (folder / "certificate.pem").read_text())
    return path


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What must be set for such a broker, all of it right."""
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    listener = LISTENER.format(guarded=port, keystore=certificate(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kafka, "PROPERTIES", kafka.PROPERTIES + listener)
        with real_infra("kafka"):
            yield {
                "LOG_URL": f"kafka://127.0.0.1:{port}",
                "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
                "KAFKA_SASL_MECHANISM": "PLAIN",
                "KAFKA_SASL_USERNAME": "shop",
                "KAFKA_SASL_PASSWORD": "s3cret",
                "KAFKA_SSL_CAFILE": str(folder / "certificate.pem"),
            }


@pytest.fixture(autouse=True)
def no_litter() -> Iterator[None]:
    """What this module leaves behind is collected here, where it may be."""
    with collected():
        yield


def opened(patch: pytest.MonkeyPatch, variables: dict[str, str]) -> Log:
    """The log as a process with these variables opens it."""
    for name, value in variables.items():
        patch.setenv(name, value)
    return connect(variables["LOG_URL"])


def test_who_has_all_that_is_asked_for_is_let_in(
    guarded: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To publish, to read and to look."""
    log = opened(monkeypatch, guarded)
    log.admin().ensure_topics([TOPIC])
    log.publisher().publish([record("secret")])
    consumer = log.consumer("group", ["orders"], "a")
    assert values(drain(consumer, 1)) == ["secret"]
    consumer.commit()
    assert [each.lag for each in log.admin().lag("group")] == [0]
    log.close()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("KAFKA_SASL_PASSWORD", "wr0ng"),
        ("KAFKA_SASL_USERNAME", "wr0ng"),
        ("KAFKA_SSL_CAFILE", ""),
        ("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT"),
    ],
)
def test_who_has_not_is_told_what_to_look_at(
    guarded: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, wrong: str
) -> None:
    """In time, and without the password."""
    log = opened(monkeypatch, {**guarded, name: wrong})
    with pytest.raises(LogUnavailable, match="KAFKA_SASL_") as told:
        log.publisher().publish([record("x")])
    assert "s3cret" not in str(told.value)
    with pytest.raises(LogUnavailable, match="KAFKA_SASL_"):
        log.admin().ping()
    log.close()
