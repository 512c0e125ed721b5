"""What a fault of Kafka means in the words of the port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors

from common.log.port import (
    LogError,
    LogUnavailable,
    MemberReplaced,
    RecordTooLarge,
    UnknownTopic,
)

TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
# Mended from outside, without a change of this program: it may help to try again.
REFUSED = (
    errors.AuthorizationError,
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)


@contextmanager
def explained(servers: str) -> Iterator[None]:
    """Faults of the library within the block are the port's, with a sentence."""
    try:
        yield
    except (errors.KafkaError, OSError) as error:
        raise translated(error, servers) from error


def translated(error: Exception, servers: str) -> LogError:
    """The port's error for one of Kafka's, or of its connections."""
    if isinstance(error, errors.FencedInstanceIdError):
        return MemberReplaced(
            "A newer member of the same name has joined the group; stop this one, or "
            "name it otherwise."
        )
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return UnknownTopic(f"Kafka at {servers} does not know the topic: {error}")
    if isinstance(error, TOO_LARGE):
        return RecordTooLarge(
            f"Kafka at {servers} takes no record of this size: {error}. Raise the "
            "topic's max.message.bytes, or send a reference to the data."
        )
    if getattr(error, "retriable", True) or isinstance(error, REFUSED):
        return _unavailable(error, servers)
    return LogError(f"Kafka at {servers} could not do what was asked: {error}")


def _unavailable(error: Exception, servers: str) -> LogUnavailable:
    return LogUnavailable(
        f"Kafka at {servers} cannot be used: {error}. Check that the brokers of "
        "LOG_URL run and can be reached from here, and that KAFKA_SECURITY_PROTOCOL, "
        "KAFKA_SASL_* and KAFKA_SSL_* are what they ask for."
    )
