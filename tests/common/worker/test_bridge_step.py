"""The bridge starts with its worker, on a database in its own currency only."""

from __future__ import annotations

import pytest

from common.contracts.money import KRW, used
from common.storage.currency import NAME, OtherCurrency
from common.storage.models import KeptSetting
from common.worker import bridge_thread
from common.worker.bridge_step import BridgeStep

pytestmark = pytest.mark.django_db(transaction=True)


class FakeThread:
    """Notes that it was started."""

    started = 0

    def start(self) -> None:
        """Once more."""
        FakeThread.started += 1


def test_no_message_is_read_in_another_currency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker ends with the sentence; it has not joined its group."""
    monkeypatch.setattr(FakeThread, "started", 0)
    monkeypatch.setattr(bridge_thread, "BridgeThread", FakeThread)
    KeptSetting.objects.update_or_create(name=NAME, defaults={"value": "USD"})
    with used(KRW), pytest.raises(OtherCurrency, match="and CURRENCY is KRW"):
        BridgeStep(None).start(None)
    assert FakeThread.started == 0
    BridgeStep(None).start(None)
    assert FakeThread.started == 1
