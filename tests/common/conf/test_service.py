"""Ports and addresses of the services are known in one place."""

from __future__ import annotations

import pytest

from common.conf.env import ConfigurationError
from common.conf.service import SERVICES, service_port, service_url


def test_the_four_services_have_the_contracts_ports() -> None:
    """3001 to 3004."""
    ports = {service.package: service.port for service in SERVICES.values()}
    assert ports == {
        "order_svc": 3001,
        "payment_svc": 3002,
        "inventory_svc": 3003,
        "orchestrator_svc": 3004,
    }


def test_an_offset_moves_all_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a second stack beside the first."""
    monkeypatch.setenv("PORT_OFFSET", "100")
    assert service_port("order") == 3101
    assert service_url("inventory") == "http://127.0.0.1:3103"


def test_an_offset_keeps_ports_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within what a port can be."""
    monkeypatch.setenv("PORT_OFFSET", "70000")
    with pytest.raises(ConfigurationError, match="PORT_OFFSET"):
        service_port("order")


def test_an_address_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts instead of the port; a last slash does not."""
    monkeypatch.setenv("INVENTORY_URL", "https://stock.example/base/")
    assert service_url("inventory") == "https://stock.example/base"
    monkeypatch.setenv("INVENTORY_URL", "stock.example")
    with pytest.raises(ConfigurationError, match="http:// or https://"):
        service_url("inventory")
