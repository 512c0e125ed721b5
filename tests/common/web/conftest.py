"""What the web tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

from common.web import context


@pytest.fixture
def client() -> APIClient:
    """A client that sends and reads JSON, from this machine."""
    return APIClient()


@pytest.fixture
def production(settings: Any) -> None:
    """The production profile, as far as rights go."""
    settings.APP_PROFILE = "production"


@pytest.fixture(autouse=True)
def no_request_left() -> Iterator[None]:
    """No test leaves its request's context behind."""
    yield
    assert context.current() is context.NO_REQUEST


def user_in(group: str) -> User:
    """A user who is in one of the groups that migrations make."""
    user = User.objects.create_user(username=f"a-{group}", password="x")
    user.groups.add(Group.objects.get(name=group))
    return user


def order_body(**changes: Any) -> dict[str, Any]:
    """A good order, with changes."""
    item = {
        "productId": "PROD001",
        "productName": "Laptop",
        "quantity": 2,
        "price": 999.99,
    }
    return {"customerId": "CUST001", "items": [item], **changes}


def order_with_item(**changes: Any) -> dict[str, Any]:
    """An order whose only item has changes; None drops a member."""
    body = order_body()
    item = {**body["items"][0], **changes}
    body["items"] = [{key: value for key, value in item.items() if value is not None}]
    return body
