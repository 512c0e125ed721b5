"""Faults over HTTP: look, turn on, turn off, and be refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from common.faults.file import FaultFile
from common.web.models import AuditEntry
from tests.common.faults.conftest import NOON
from tests.common.web.conftest import user_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("time")]

FAULTS = "/api/faults"
CRASH: dict[str, Any] = {"point": "order.handle", "action": "crash"}


@pytest.fixture
def client(file: FaultFile) -> APIClient:
    """A client on this machine, of a service with a file of its own."""
    return APIClient()


def test_points_are_shown_with_what_they_mean(client: APIClient) -> None:
    """And that nothing is on."""
    body = client.get(FAULTS).json()
    assert (body["service"], body["faults"]) == ("order", [])
    points = {one["name"]: one for one in body["points"]}
    assert points["order.duplicate"] == {
        "name": "order.duplicate",
        "meaning": "A message is published twice.",
        "actions": ["fail"],
    }


def test_a_fault_is_turned_on(client: APIClient) -> None:
    """For a minute and any number of times, if nothing else is said."""
    answer = client.post(FAULTS, CRASH, format="json")
    body = answer.json()
    assert answer.status_code == 201
    assert client.get(FAULTS).json()["faults"] == [body]
    assert body.pop("faultId").startswith("FAULT-")
    assert body == {
        "point": "order.handle",
        "action": "crash",
        "rate": 1.0,
        "times": None,
        "seconds": 0.0,
        "createdAt": "2026-03-01T12:00:00.000Z",
        "until": "2026-03-01T12:01:00.000Z",
        "by": "anonymous@127.0.0.1",
        "reason": "",
    }


def test_all_can_be_said(client: APIClient, file: FaultFile) -> None:
    """How often, how long, and why."""
    said = {
        "point": "order.request",
        "action": "slow",
        "rate": 0.25,
        "times": 3,
        "seconds": 1.5,
        "durationSeconds": 3600,
        "reason": "to see it",
    }
    assert client.post(FAULTS, said, format="json").status_code == 201
    (made,) = file.read()
    assert (made.rate, made.times, made.seconds) == (0.25, 3, 1.5)
    assert (made.until, made.reason) == (NOON + timedelta(hours=1), "to see it")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"point": "order.nowhere"}, "point"),
        ({"point": 7}, "point"),
        ({"action": "burn"}, "action"),
        ({"rate": 0}, "rate"),
        ({"rate": 1.01}, "rate"),
        ({"rate": True}, "rate"),
        ({"rate": "1"}, "rate"),
        ({"times": 0}, "times"),
        ({"times": 1.5}, "times"),
        ({"action": "slow"}, "seconds"),
        ({"action": "slow", "seconds": 61}, "seconds"),
        ({"durationSeconds": 0}, "durationSeconds"),
        ({"durationSeconds": 3601}, "durationSeconds"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_a_bad_field_is_named(
    client: APIClient, file: FaultFile, changes: dict[str, Any], field: str
) -> None:
    """And nothing is turned on."""
    answer = client.post(FAULTS, {**CRASH, **changes}, format="json")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert file.read() == []


def test_an_unknown_point_is_answered_with_the_list(client: APIClient) -> None:
    """Of those there are."""
    body = {**CRASH, "point": "payment.after-intent"}
    detail = client.post(FAULTS, body, format="json").json()["detail"]
    assert detail.endswith(
        "order.before-publish, order.duplicate, order.handle, order.reply-lost, "
        "order.request"
    )


def test_the_same_key_turns_on_one_fault(client: APIClient, file: FaultFile) -> None:
    """The second answer is the first."""
    headers = {"Idempotency-Key": "once"}
    first = client.post(FAULTS, CRASH, format="json", headers=headers)
    second = client.post(FAULTS, CRASH, format="json", headers=headers)
    assert first.json() == second.json()
    assert len(file.read()) == 1


def test_one_fault_is_turned_off(client: APIClient, file: FaultFile) -> None:
    """Then it is not there any more."""
    first = client.post(FAULTS, CRASH, format="json").json()
    second = client.post(FAULTS, CRASH, format="json").json()
    answer = client.delete(f"{FAULTS}/{first['faultId']}")
    assert answer.json() == {"turnedOff": [first]}
    assert client.get(FAULTS).json()["faults"] == [second]
    assert client.delete(f"{FAULTS}/{first['faultId']}").status_code == 404


def test_all_are_turned_off(client: APIClient, file: FaultFile) -> None:
    """By whom is in the audit trail."""
    client.post(FAULTS, CRASH, format="json")
    assert len(client.delete(FAULTS).json()["turnedOff"]) == 1
    assert client.delete(FAULTS).json() == {"turnedOff": []}
    assert not file.path.exists()
    actions = AuditEntry.objects.order_by("action").values_list("action", "actor")
    assert list(actions) == [
        ("fault.turn_off", "anonymous@127.0.0.1"),
        ("fault.turn_on", "anonymous@127.0.0.1"),
    ]


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_production_refuses_even_an_operator(
    client: APIClient, file: FaultFile, settings: Any, method: str
) -> None:
    """With a sentence and a code."""
    settings.APP_PROFILE = "production"
    client.force_authenticate(user_in("operator"))
    answer = getattr(client, method)(FAULTS, CRASH, format="json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "FAULTS_FORBIDDEN"
    assert answer.json()["detail"] == (
        "Faults can be turned on in the profiles demo and test only; this service "
        "runs as production."
    )
    assert file.read() == []


def test_who_comes_from_elsewhere_must_be_an_operator(
    client: APIClient, file: FaultFile
) -> None:
    """In a demo, too."""
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert client.post(FAULTS, CRASH, format="json").status_code == 401
    client.force_authenticate(user_in("viewer"))
    assert client.post(FAULTS, CRASH, format="json").status_code == 403
    client.force_authenticate(user_in("operator"))
    assert client.post(FAULTS, CRASH, format="json").status_code == 201
    assert [one.by for one in file.read()] == ["a-operator"]


def test_the_page_offers_a_form(client: APIClient) -> None:
    """Browsable, with the members to fill in."""
    page = client.get(FAULTS, HTTP_ACCEPT="text/html").content.decode()
    assert 'name="_content"' in page
    assert "durationSeconds" in page


def test_the_schema_knows_what_may_be_sent(client: APIClient) -> None:
    """Bounds and answers, by the rules of OpenAPI."""
    schema = client.get("/api/schema?format=json").json()
    validate_schema(schema)
    operations = schema["paths"][FAULTS]
    assert {"get", "post", "delete"} <= set(operations)
    assert "201" in operations["post"]["responses"]
    request = schema["components"]["schemas"]["FaultRequestRequest"]
    assert request["required"] == ["action", "point"]
    assert request["properties"]["rate"]["maximum"] == 1
