"""Requests are counted by route; gauges are read when asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from common.web import metrics
from common.web.metrics import Gauge

pytestmark = pytest.mark.django_db


def lines(client: APIClient) -> dict[str, float]:
    """What /metrics says: series and value."""
    text = client.get("/metrics").content.decode()
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    return {name: float(value) for name, value in (row.rsplit(" ", 1) for row in rows)}


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[metrics.GaugeSource]:
    """The registered sources, to be changed for one test."""
    changed = list(metrics._gauges.sources)
    monkeypatch.setattr(metrics._gauges, "sources", changed)
    return changed


def test_requests_are_counted_by_route_not_by_address(client: APIClient) -> None:
    """Ids would make a series each."""
    labels = 'method="GET",route="/plain/things/<id:thing_id>",status="200"'
    series = f"http_requests_total{{{labels}}}"
    before = lines(client).get(series, 0)
    client.get("/plain/things/A")
    client.get("/plain/things/B")
    assert lines(client)[series] == before + 2


def test_odd_requests_share_series(client: APIClient) -> None:
    """Neither made-up addresses nor methods make new ones."""
    client.generic("BREW", "/no/such/place")
    found = lines(client)
    assert found['http_requests_total{method="OTHER",route="(none)",status="404"}'] >= 1
    assert not any("BREW" in name or "such" in name for name in found)


def test_an_app_can_register_gauges(
    client: APIClient, sources: list[metrics.GaugeSource]
) -> None:
    """With labels, several of one name."""

    def stock() -> Iterator[Gauge]:
        for product, left in [("P1", 3), ("P2", 4)]:
            yield Gauge(
                name="stock_left",
                description="left",
                value=left,
                labels={"product": product},
            )

    sources.append(stock)
    found = lines(client)
    assert found['stock_left{product="P1"}'] == 3
    assert found['stock_left{product="P2"}'] == 4


def test_a_source_that_cannot_be_read_is_left_out(
    client: APIClient, sources: list[metrics.GaugeSource]
) -> None:
    """The rest is still there."""

    def broken() -> Iterator[Gauge]:
        raise OperationalError("away")

    sources.append(broken)
    assert any(name.startswith("http_requests_total") for name in lines(client))
