"""The log's address, its topics, and how Kafka is entered."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from kafka import KafkaConsumer

from common.conf import event_log
from common.conf.env import ConfigurationError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is set."""
    monkeypatch.delenv("LOG_URL", raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))


def set_all(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """These are set."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_the_log_is_a_file_unless_told_otherwise(tmp_path: Path) -> None:
    """In the folder of the state."""
    parts = urlsplit(event_log.log_url())
    assert (parts.scheme, parts.path) == ("embedded", f"{tmp_path}/log/log.db")


@pytest.mark.parametrize(
    "url", ["kafka://a:9092", "kafka://a:9092,b:9093", "memory://", "embedded:///x"]
)
def test_an_address_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """Whichever adapter it is of."""
    set_all(monkeypatch, LOG_URL=url)
    assert urlsplit(event_log.log_url()) == urlsplit(url)


@pytest.mark.parametrize(
    "url",
    ["kafka://", "kafka://a", "kafka://a:9092,b", "kafka://me:pw@a:9092", "kafka://:1"],
)
def test_an_address_that_no_broker_can_have_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """Before anything connects, and without showing what may be a password."""
    set_all(monkeypatch, LOG_URL=url)
    with pytest.raises(ConfigurationError, match="kafka://host:port") as refused:
        event_log.log_url()
    assert "pw" not in str(refused.value)


def test_another_scheme_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names those there are."""
    set_all(monkeypatch, LOG_URL="redis://x")
    with pytest.raises(ConfigurationError, match="embedded:// or memory:// or kafka:"):
        event_log.log_url()


def test_topics_are_made_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight partitions and a week by default; 0 hours is for ever."""
    week = 7 * 24 * 3600 * 1000
    by_default = {"partitions": 8, "retention_ms": week, "replication": 0}
    assert event_log.topics() == by_default
    set_all(
        monkeypatch, LOG_PARTITIONS="24", LOG_RETENTION_HOURS="0", LOG_REPLICATION="3"
    )
    told = {"partitions": 24, "retention_ms": 0, "replication": 3}
    assert event_log.topics() == told


WHO = {"KAFKA_SASL_USERNAME": "shop", "KAFKA_SASL_PASSWORD": "s3cret"}
SCRAM = {
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": "shop",
    "sasl_plain_password": "s3cret",
}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {"security_protocol": "PLAINTEXT"}),
        (WHO, {"security_protocol": "PLAINTEXT"}),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", **WHO},
            {"security_protocol": "SASL_PLAINTEXT", **SCRAM},
        ),
        (
            {
                "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM": "PLAIN",
                **WHO,
            },
            {
                "security_protocol": "SASL_PLAINTEXT",
                **SCRAM,
                "sasl_mechanism": "PLAIN",
            },
        ),
    ],
    ids=["plain", "a name that is not asked for", "scram", "sasl plain"],
)
def test_security_becomes_the_librarys_options(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: dict[str, Any]
) -> None:
    """All of them are options that the library knows."""
    set_all(monkeypatch, **variables)
    assert event_log.kafka_security() == expected
    assert expected.keys() <= KafkaConsumer.DEFAULT_CONFIG.keys()


@pytest.mark.parametrize("protocol", ["SSL", "SASL_SSL"])
def test_tls_trusts_and_checks(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    """The certificate must be signed by a known authority, and be of its host."""
    set_all(monkeypatch, KAFKA_SECURITY_PROTOCOL=protocol, **WHO)
    context = event_log.kafka_security()["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is True
    set_all(monkeypatch, KAFKA_SSL_CHECK_HOSTNAME="no")
    context = event_log.kafka_security()["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is False


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL"),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "KAFKA_SASL_USERNAME"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_USERNAME": "x"},
            "KAFKA_SASL_PASSWORD",
        ),
        (
            {
                "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM": "DIGEST",
                **WHO,
            },
            "KAFKA_SASL_MECHANISM",
        ),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CAFILE": "/nowhere.pem"},
            "KAFKA_SSL_CAFILE",
        ),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": "/nowhere.pem"},
            "KAFKA_SSL_CERTFILE",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    """With the address, not with the first message."""
    set_all(monkeypatch, LOG_URL="kafka://a:9092", **variables)
    with pytest.raises(ConfigurationError, match=f"^{named} "):
        event_log.log_url()


def test_a_password_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library writes its options into its debug log."""
    set_all(monkeypatch, KAFKA_SECURITY_PROTOCOL="SASL_PLAINTEXT", **WHO)
    assert "s3cret" not in f"{event_log.kafka_security()}"
