"""The same POST twice has one effect and one answer."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from common import clock
from common.web import audit
from common.web.idempotency import once, purge
from common.web.models import AuditEntry, IdempotencyRecord


def post(client: APIClient, key: str | None, body: dict[str, Any] | None = None) -> Any:
    """POST a note, with a key or without."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/notes", body or {"a": 1}, format="json", headers=headers)


@pytest.mark.django_db
def test_the_first_answer_is_replayed(client: APIClient) -> None:
    """Same status, same body, one effect, and it says so."""
    first, second = post(client, "k1"), post(client, "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_order_of_members_does_not_make_another_body(client: APIClient) -> None:
    """Bodies are compared as values."""
    post(client, "k1", {"a": 1, "b": {"c": 2, "d": 3}})
    again = post(client, "k1", {"b": {"d": 3, "c": 2}, "a": 1})
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
def test_another_body_with_the_key_is_refused(client: APIClient) -> None:
    """422, and nothing happens."""
    post(client, "k1", {"a": 1})
    other = post(client, "k1", {"a": 2})
    assert other.status_code == 422
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_every_post_counts(client: APIClient) -> None:
    """And nothing is recorded."""
    post(client, None)
    post(client, None)
    assert AuditEntry.objects.count() == 2
    assert IdempotencyRecord.objects.count() == 0


@pytest.mark.django_db
def test_a_failed_post_leaves_nothing(client: APIClient) -> None:
    """Neither its effects nor a claim on the key."""
    assert post(client, "k1", {"fail": True}).status_code == 409
    assert AuditEntry.objects.count() == 0
    assert IdempotencyRecord.objects.count() == 0
    assert post(client, "k1", {"a": 1}).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ä", "a\x7f"])
def test_a_key_that_is_none_is_refused(client: APIClient, key: str) -> None:
    """1 to 255 visible ASCII characters."""
    response = post(client, key)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_keys_of_two_callers_do_not_meet(client: APIClient) -> None:
    """What one caller was answered is not shown to another."""
    post(client, "k1")
    headers = {"Idempotency-Key": "k1"}
    other = client.post(
        "/api/notes", {"a": 1}, format="json", headers=headers, REMOTE_ADDR="::1"
    )
    assert "Idempotency-Replayed" not in other


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_runs_and_all_get_its_answer() -> None:
    """Eight threads, one effect, one answer."""
    start = threading.Barrier(8)
    answers: list[bytes] = []

    def ask() -> None:
        start.wait()
        answers.append(post(APIClient(), "k1").content)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_old_answers_are_purged(client: APIClient) -> None:
    """Those past their keeping time, and no others."""
    post(client, "old")
    later = clock.now() + timedelta(hours=25)
    with clock.clock_set_to(lambda: later):
        post(client, "new")
        assert purge() == 1
    assert IdempotencyRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_form_acts_once() -> None:
    """By one caller at one address; another caller's key is another."""

    def act() -> None:
        audit.record("lee", "note.add", "N-1")

    assert once("lee", "/notes", "k1", act)
    assert not once("lee", "/notes", "k1", act)
    assert AuditEntry.objects.count() == 1
    assert once("kim", "/notes", "k1", act)
    assert once("lee", "/other", "k1", act)


@pytest.mark.django_db
def test_a_form_that_failed_may_be_sent_again() -> None:
    """What it had done is undone, and the key is free."""

    def fail() -> None:
        audit.record("lee", "note.add", "N-1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once("lee", "/notes", "k1", fail)
    assert AuditEntry.objects.count() == 0
    assert once("lee", "/notes", "k1", lambda: None)
