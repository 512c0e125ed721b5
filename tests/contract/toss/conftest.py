"""The API under contract: the real Toss where its keys are set, else a sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.toss.api import SANDBOX_KEY, TossApi, of_the_environment
from tests.contract.toss.sandbox import SandboxProcess


@pytest.fixture(scope="session")
def toss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TossApi]:
    """TOSS_SECRET_KEY and TOSS_API_URL say which; without them a sandbox is started."""
    if found := of_the_environment():
        yield found
        return
    process = SandboxProcess(tmp_path_factory.mktemp("toss-sandbox"))
    process.start()
    yield TossApi(
        url=process.url,
        secret_key=SANDBOX_KEY,
        billing_key="billing_sandbox",
        customer_key="customer_sandbox",
    )
    process.stop()
