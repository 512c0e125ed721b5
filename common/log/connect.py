"""The one place where a log adapter is chosen, by address."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from common.log.port import Log


def connect(url: str) -> Log:
    """Open the log at `url`.

    `embedded:///absolute/path/log.db` is the SQLite file adapter;
    `kafka://host:port,host:port` is Apache Kafka, entered as KAFKA_* say;
    `memory://` is the in-process one for tests.
    Raises ValueError for an address no adapter serves.
    """
    parts = urlsplit(url)
    if parts.scheme == "embedded":
        from common.log.embedded import EmbeddedLog

        return EmbeddedLog(unquote(parts.path))
    if parts.scheme == "kafka":
        from common.conf.event_log import kafka_security, kafka_servers
        from common.log.kafka import KafkaLog, Options

        servers = kafka_servers(parts.netloc)
        return KafkaLog(Options(servers=servers, security=kafka_security()))
    if parts.scheme == "memory":
        from common.log.memory import MemoryLog

        return MemoryLog()
    raise ValueError(
        f"LOG_URL: no log adapter for {url!r}; use embedded:///path/to/log.db or "
        "kafka://host:port"
    )
