"""The management commands of the inventory service."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.conf.env import ConfigurationError
from common.web.models import AuditEntry
from inventory_svc.stock.models import Product
from inventory_svc.tests.factories import ProductFactory, stock

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What initialize_stock prints."""
    out = StringIO()
    call_command("initialize_stock", *arguments, stdout=out)
    return out.getvalue()


def test_the_sample_is_set() -> None:
    """One line a product; the audit trail names the user of the machine."""
    lines = run().splitlines()
    assert lines[0] == "PROD001 Laptop: 50 available, 0 reserved, at 999.99"
    assert len(lines) == 5
    assert AuditEntry.objects.get().actor.startswith("command:")


def test_as_json_and_scaled() -> None:
    """JSON for other programs; money as text."""
    assert json.loads(run("--scale", "2", "--json"))[3] == {
        "productId": "PROD004",
        "productName": "Monitor",
        "availableQuantity": 60,
        "reservedQuantity": 0,
        "price": "299.99",
    }


def test_if_empty_leaves_stock_alone() -> None:
    """It says that it did nothing."""
    ProductFactory(available_quantity=1)
    assert run("--if-empty") == "There are products: nothing was set.\n"
    assert json.loads(run("--if-empty", "--json")) == []
    assert (stock(), Product.objects.count()) == ((1, 0), 1)


def test_if_empty_sets_the_first_stock() -> None:
    """A new installation starts with the sample."""
    run("--if-empty")
    assert Product.objects.count() == 5


def test_the_environment_s_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """SAMPLE_STOCK_SCALE is the default; --scale overrides it."""
    monkeypatch.setenv("SAMPLE_STOCK_SCALE", "3")
    run()
    assert stock() == (150, 0)
    run("--scale", "1")
    assert stock() == (50, 0)


@pytest.mark.parametrize("scale", ["0", "-1", "1.5", "many", "1000001"])
def test_a_wrong_scale_is_refused(scale: str) -> None:
    """Nothing is written."""
    with pytest.raises(CommandError, match="is not a whole number from 1"):
        run(f"--scale={scale}")
    assert Product.objects.count() == 0


def test_a_wrong_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence that names the variable."""
    monkeypatch.setenv("SAMPLE_STOCK_SCALE", "lots")
    with pytest.raises(ConfigurationError, match="SAMPLE_STOCK_SCALE is 'lots'"):
        run()
