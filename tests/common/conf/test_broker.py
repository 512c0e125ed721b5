"""Where Celery's tasks are rung, by address alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.conf import broker
from common.conf.env import ConfigurationError


def test_the_broker_reads_what_it_writes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By default one folder, both ways; the folders are made."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    options = broker.broker_options("order")
    assert options["data_folder_in"] == options["data_folder_out"]
    for name in ("data_folder_in", "processed_folder", "control_folder"):
        assert Path(options[name]).is_dir()
    assert broker.broker_url() == "filesystem://localhost/"


def test_a_broker_in_memory_has_no_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests."""
    monkeypatch.setenv("CELERY_BROKER_URL", "memory://")
    assert broker.broker_url() == "memory://localhost/"
    assert broker.broker_options("order") == {}


@pytest.mark.parametrize(
    "address", ["redis://:secret@cache:6379/0", "amqp://saga:secret@rabbit:5672//"]
)
def test_a_server_is_taken_as_it_is_named(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Redis and RabbitMQ, with the password that the address holds."""
    monkeypatch.setenv("CELERY_BROKER_URL", address)
    assert broker.broker_url() == address


def test_redis_is_asked_to_answer_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web request that rings must not hang while it is away."""
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://cache/0")
    assert broker.broker_options("order")["socket_connect_timeout"] <= 2


def test_another_broker_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sentence lists what may be; the address is not shown."""
    monkeypatch.setenv("CELERY_BROKER_URL", "sqs://user:secret@queue")
    with pytest.raises(ConfigurationError, match="redis://") as caught:
        broker.broker_url()
    assert "secret" not in str(caught.value)
