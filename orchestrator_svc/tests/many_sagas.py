"""Two hundred thousand sagas, as a shop has them after some months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random

from common.storage.bulk import insert_rows
from orchestrator_svc.engine.book import new_row
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import NOW, WAYS, state_at
from tests.common.storage.plans import know_the_rows

ROWS = 200_000
BATCH = 5000
# How many of a hundred thousand have each status.
SHARES = {
    "COMPLETED": 60_000,
    "COMPENSATED": 20_000,
    "PAYMENT_PROCESSING": 18_900,
    "FAILED": 1_000,
    "COMPENSATING": 100,
}


def store_sagas() -> None:
    """Store them all; the last began an instant before NOW plus a day."""
    some: list[SagaInstance] = []
    for saga in sagas():
        some.append(saga)
        if len(some) == BATCH:
            insert_rows(SagaInstance, some)
            some = []
    assert SagaInstance.objects.count() == ROWS
    know_the_rows()


def sagas() -> Iterator[SagaInstance]:
    """The rows: ids, times and amounts differ, states are those of five examples."""
    random = Random(1)  # noqa: S311 - the same rows each time
    examples = {status: new_row(state_at(WAYS[status]), "C") for status in SHARES}
    chosen = random.choices(tuple(SHARES), tuple(SHARES.values()), k=ROWS)
    for number, status in enumerate(chosen):
        example = examples[status]
        saga_id = f"SAGA-{random.getrandbits(128):032x}"
        order_id = f"ORD-{random.getrandbits(128):032x}"
        created_at = NOW + timedelta(milliseconds=300 * number)
        state = example.state.replace(example.saga_id, saga_id)
        yield SagaInstance(
            saga_id=saga_id,
            order_id=order_id,
            definition="order",
            definition_version=1,
            status=example.status,
            phase=example.phase,
            current_step=example.current_step,
            customer_id=f"CUST{number % 5000}",
            total_amount=Decimal(random.randrange(100, 300_000)) / 100,
            state=state.replace(example.order_id, order_id),
            created_at=created_at,
            updated_at=created_at + timedelta(milliseconds=random.randrange(20_000)),
        )
