"""kombu's filesystem broker, in which a message is there whole or not at all.

kombu opens a message's file and writes it then; a worker that finds it in between
takes an empty file for a message, and dies of it.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

PLACE = f"{__name__}:Transport"


class Channel(filesystem.Channel):
    """Writes a message beside where it is looked for, and then moves it there."""

    # kombu's two classes name the message differently.
    def _put(  # type: ignore[override]
        self, queue: str, payload: Any, **kwargs: Any
    ) -> None:
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        place = Path(self.data_folder_out) / name
        # Nobody looks for this ending.
        draft = place.with_name(f"{name}.draft")
        try:
            text: str = dumps(payload)  # type: ignore[no-untyped-call]
            draft.write_text(text, "utf-8")
            draft.replace(place)
        except OSError as error:
            raise ChannelError(f"Cannot add {place} to its folder") from error


class Transport(filesystem.Transport):
    """kombu's own, with our channels."""

    Channel = Channel


def install() -> None:
    """Have every `filesystem://` of this process be this one."""
    TRANSPORT_ALIASES["filesystem"] = PLACE
