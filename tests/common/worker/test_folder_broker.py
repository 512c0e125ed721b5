"""A message in the folder of the broker is whole, whenever somebody looks."""

from __future__ import annotations

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from common.worker import folder_broker


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    """The broker as the services have it."""
    folder_broker.install()
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    return Connection("filesystem://", transport_options=options)


def test_a_message_is_read_as_it_was_written(connection: Connection) -> None:
    """And only once; nothing is left behind."""
    with connection.SimpleQueue("bells") as queue:
        queue.put({"text": "종 🔔"})
        message = queue.get(timeout=5)
        message.ack()
        assert message.payload == {"text": "종 🔔"}
        with pytest.raises(Empty):
            queue.get_nowait()


def test_nobody_finds_a_message_that_is_being_written(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that looks just then finds none; a moment later it is there."""
    found: list[bool] = []
    replace = Path.replace
    # kombu remembers the queues of a process; this one is new.
    with connection.SimpleQueue("chimes") as queue:

        def looked_at(draft: Path, place: Path) -> None:
            with pytest.raises(Empty):
                queue.get_nowait()
            found.append(draft.stat().st_size > 0)
            replace(draft, place)

        monkeypatch.setattr(Path, "replace", looked_at)
        queue.put("ring")
        assert found == [True]
        assert queue.get(timeout=5).payload == "ring"


def test_a_folder_that_cannot_be_written_is_said(connection: Connection) -> None:
    """In kombu's own words for it: who rings can go on."""
    channel = connection.channel()
    channel.data_folder_out = "/nowhere"
    with pytest.raises(connection.channel_errors, match="Cannot add /nowhere"):
        channel._put("bells", {})
