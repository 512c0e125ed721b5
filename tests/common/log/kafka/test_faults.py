"""What a fault of Kafka means to who uses the log."""

from __future__ import annotations

import pytest
from kafka import errors

from common.log.kafka.faults import explained, translated
from common.log.port import (
    LogError,
    LogUnavailable,
    MemberReplaced,
    RecordTooLarge,
    UnknownTopic,
)


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (errors.KafkaTimeoutError("slow"), LogUnavailable),
        (errors.NodeNotReadyError(1), LogUnavailable),
        (errors.NotEnoughReplicasError(), LogUnavailable),
        (errors.SaslAuthenticationFailedError("wrong"), LogUnavailable),
        (errors.TopicAuthorizationFailedError("orders"), LogUnavailable),
        (ConnectionRefusedError("refused"), LogUnavailable),
        (errors.FencedInstanceIdError(), MemberReplaced),
        (errors.UnknownTopicOrPartitionError("orders"), UnknownTopic),
        (errors.MessageSizeTooLargeError(), RecordTooLarge),
        (errors.InvalidReplicationFactorError("3 of 1"), LogError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_a_fault_has_one_meaning(fault: Exception, meaning: type[LogError]) -> None:
    """Those that pass by themselves, or by an operator's hand, are outages."""
    assert type(translated(fault, "kafka:9092")) is meaning


def test_the_sentence_says_where_and_what_to_do() -> None:
    """And the fault itself is kept as its cause."""
    with (
        pytest.raises(
            LogUnavailable, match=r"Kafka at kafka:9092 .* KAFKA_SASL_"
        ) as told,
        explained("kafka:9092"),
    ):
        raise errors.KafkaConnectionError("refused")
    assert isinstance(told.value.__cause__, errors.KafkaConnectionError)


def test_our_own_mistakes_are_not_taken_for_kafkas() -> None:
    """They come through as they are."""
    with pytest.raises(ZeroDivisionError), explained("kafka:9092"):
        _ = 1 / 0
