"""Whether there is a Toss, and who charges AUTO orders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from common.conf.env import ConfigurationError
from payment_svc.payments import gateway
from payment_svc.payments.gateway.toss.client import Toss
from payment_svc.tests.toss import ScriptedToss


def test_without_a_key_there_is_no_toss() -> None:
    """And the simulator charges AUTO orders."""
    assert gateway.remote() is None
    assert not gateway.auto_is_remote()


@pytest.mark.usefixtures("sandbox")
def test_with_a_key_there_is_one_for_the_process() -> None:
    """One client, so one pool of connections; AUTO stays with the simulator."""
    assert isinstance(gateway.remote(), Toss)
    assert gateway.remote() is gateway.remote()
    assert not gateway.auto_is_remote()


@pytest.mark.usefixtures("sandbox")
def test_auto_orders_go_through_toss_where_the_settings_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PAYMENT_PROVIDER=toss, with a billing key."""
    monkeypatch.setenv("PAYMENT_PROVIDER", "toss")
    assert gateway.auto_is_remote()
    assert gateway.provider().settles_locally  # the books of charges made before


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("missing", "needed"),
    [
        ("TOSS_SECRET_KEY", "needs TOSS_SECRET_KEY"),
        ("TOSS_BILLING_KEY", "needs TOSS_BILLING_KEY and TOSS_CUSTOMER_KEY"),
        ("TOSS_CUSTOMER_KEY", "needs TOSS_BILLING_KEY and TOSS_CUSTOMER_KEY"),
    ],
)
def test_toss_cannot_charge_auto_orders_without_its_keys(
    missing: str, needed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start stops with a sentence."""
    monkeypatch.setenv("PAYMENT_PROVIDER", "toss")
    monkeypatch.delenv(missing)
    with pytest.raises(
        ConfigurationError, match=f"PAYMENT_PROVIDER is 'toss'.*{needed}"
    ):
        gateway.remote()


def test_another_toss_is_that_of_every_thread() -> None:
    """Within the block, and the one before after it."""
    outer, inner = ScriptedToss(), ScriptedToss()
    with ThreadPoolExecutor(1) as elsewhere, gateway.remote_set_to(outer):
        with gateway.remote_set_to(inner):
            assert gateway.remote() is inner
            assert elsewhere.submit(gateway.remote).result() is inner
        assert elsewhere.submit(gateway.remote).result() is outer
    assert gateway.remote() is None


@pytest.mark.usefixtures("sandbox")
def test_there_may_be_none_in_its_place() -> None:
    """Whatever keys are set."""
    with gateway.remote_set_to(None):
        assert gateway.remote() is None
    assert gateway.remote() is not None
