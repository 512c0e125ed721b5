"""The event log: its address, how its topics are made, how Kafka knows who we are."""

from __future__ import annotations

import os
import ssl
from typing import Any

from common.conf.env import (
    ConfigurationError,
    env_bool,
    env_choice,
    env_int,
    env_str,
    env_url,
)
from common.conf.profile import state_dir

SCHEMES = ("embedded", "memory", "kafka")
PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
HOUR_MS = 3600 * 1000


class Secret(str):
    """A text that does not show itself where others print what they were given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def log_url() -> str:
    """The address of the event log (LOG_URL), checked with all that goes with it."""
    file = state_dir() / "log" / "log.db"
    parts = env_url("LOG_URL", f"embedded://{file}", schemes=SCHEMES)
    if parts.scheme == "kafka":
        kafka_servers(parts.netloc)
        kafka_security()
    return parts.geturl()


def topics() -> dict[str, int]:
    """How a topic that is missing is made: the fields of a `TopicSpec`."""
    return {
        "partitions": env_int("LOG_PARTITIONS", 8, minimum=1, maximum=10_000),
        "retention_ms": env_int("LOG_RETENTION_HOURS", 168) * HOUR_MS,
        "replication": env_int("LOG_REPLICATION", 0, maximum=100),
    }


def kafka_servers(netloc: str) -> tuple[str, ...]:
    """The brokers in `kafka://host:port,host:port`."""
    servers = tuple(netloc.split(","))
    for server in servers:
        host, colon, port = server.rpartition(":")
        if not (host and colon and port.isdigit()) or "@" in server:
            allowed = (
                "it must be kafka://host:port, with more host:port behind commas; who "
                "you are is told by KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"
            )
            raise ConfigurationError("LOG_URL", netloc, allowed)
    return servers


def kafka_security() -> dict[str, Any]:
    """What kafka-python must know to be let in."""
    protocol = env_choice("KAFKA_SECURITY_PROTOCOL", PROTOCOLS, "PLAINTEXT")
    options: dict[str, Any] = {"security_protocol": protocol}
    if protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": env_choice(
                "KAFKA_SASL_MECHANISM", MECHANISMS, "SCRAM-SHA-512"
            ),
            "sasl_plain_username": env_str("KAFKA_SASL_USERNAME"),
            "sasl_plain_password": Secret(env_str("KAFKA_SASL_PASSWORD")),
        }
    if protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context()
    return options


def _ssl_context() -> ssl.SSLContext:
    """Trusts the machine's authorities, or those of KAFKA_SSL_CAFILE alone."""
    cafile = os.environ.get("KAFKA_SSL_CAFILE")
    try:
        context = ssl.create_default_context(cafile=cafile or None)
    except OSError as error:
        raise _unusable("KAFKA_SSL_CAFILE", cafile, error) from error
    context.check_hostname = env_bool("KAFKA_SSL_CHECK_HOSTNAME", default=True)
    certfile = os.environ.get("KAFKA_SSL_CERTFILE")
    keyfile = os.environ.get("KAFKA_SSL_KEYFILE")
    # An empty one, so that nobody is asked at the terminal:
    password = os.environ.get("KAFKA_SSL_KEY_PASSWORD") or ""
    if certfile:
        try:
            context.load_cert_chain(certfile, keyfile or None, password)
        except OSError as error:
            raise _unusable("KAFKA_SSL_CERTFILE", certfile, error) from error
    return context


def _unusable(name: str, path: str | None, error: OSError) -> ConfigurationError:
    allowed = f"it must name a readable PEM file, whose key fits ({error})"
    return ConfigurationError(name, path, allowed)
