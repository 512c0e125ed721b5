"""`/metrics` tells of the sagas under way."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from orchestrator_svc.tests.factories import NO, WAYS, saga

pytestmark = pytest.mark.django_db


def test_sagas_under_way_are_counted_by_status(client: APIClient) -> None:
    """Ended ones are not; a status without any is 0; who needs a person is told."""
    saga("PAYMENT_PROCESSING", 1)
    saga("PAYMENT_PROCESSING", 2)
    saga("COMPLETED", 3)
    saga(number=4, way=(*WAYS["COMPENSATING"], NO))
    text = client.get("/metrics").content.decode()
    rows = [row.rsplit(" ", 1) for row in text.splitlines() if row.startswith("sagas_")]
    assert {name: float(value) for name, value in rows} == {
        'sagas_unended{status="STARTED"}': 0,
        'sagas_unended{status="ORDER_CREATED"}': 0,
        'sagas_unended{status="PAYMENT_PROCESSING"}': 2,
        'sagas_unended{status="PAYMENT_COMPLETED"}': 0,
        'sagas_unended{status="INVENTORY_RESERVING"}': 0,
        'sagas_unended{status="INVENTORY_RESERVED"}': 0,
        'sagas_unended{status="COMPENSATING"}': 1,
        "sagas_needing_attention": 1,
    }
