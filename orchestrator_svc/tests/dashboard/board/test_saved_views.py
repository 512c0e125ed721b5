"""Saving a filter and deleting it, as a person does."""

from __future__ import annotations

import pytest
from django.test import Client

from orchestrator_svc.dashboard.models import SavedFilter

pytestmark = pytest.mark.django_db

ADDRESS = "/filters/new?status=FAILED&page=3&limit=50"


def test_a_saved_filter_leads_to_its_rows(browser: Client) -> None:
    """It is on the page from then on, and a message says so once."""
    answer = browser.post(ADDRESS, {"name": "Broken"})
    assert (answer.status_code, answer["Location"]) == (303, "/?status=FAILED&limit=50")
    page = browser.get("/").content.decode()
    assert '<a href="/?status=FAILED&amp;limit=50">Broken</a>' in page
    assert "The filter “Broken” is saved." in page
    assert "is saved." not in browser.get("/").content.decode()


def test_the_form_is_a_dialog_for_htmx_and_a_page_without(
    browser: Client, htmx: Client
) -> None:
    """Both send what the address says."""
    page = browser.get(ADDRESS).content.decode()
    part = htmx.get(ADDRESS).content.decode()
    assert page.startswith("<!doctype html>")
    assert part.startswith('<div class="dialog-head')
    for text in (page, part):
        assert 'action="/filters/new?status=FAILED&amp;page=3&amp;limit=50"' in text


def test_what_cannot_be_saved_is_said_in_the_form(browser: Client) -> None:
    """With what was typed still in it."""
    long = "<b>" * 40
    answer = browser.post(ADDRESS, {"name": long})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "A name is 60 characters at most" in page
    assert 'value="&lt;b&gt;' in page
    assert not SavedFilter.objects.exists()


def test_a_filter_of_the_second_list_leads_there(browser: Client) -> None:
    """Saved, opened, deleted: one stays on it."""
    answer = browser.post("/filters/new?tab=orders&status=FAILED", {"name": "Gone"})
    assert answer["Location"] == "/choreography?status=FAILED"
    kept = SavedFilter.objects.get()
    asked = browser.get(f"/filters/{kept.filter_id}/delete")
    assert "Delete the filter “Gone”?" in asked.content.decode()
    assert SavedFilter.objects.exists()
    answer = browser.post(f"/filters/{kept.filter_id}/delete")
    assert (answer.status_code, answer["Location"]) == (303, "/choreography")
    assert not SavedFilter.objects.exists()


def test_a_filter_that_is_not_there_is_not_found(browser: Client) -> None:
    """Somebody was first."""
    assert browser.post("/filters/gone/delete").status_code == 404


@pytest.mark.parametrize("path", [ADDRESS, "/filters/x/delete"])
def test_a_form_of_another_site_saves_nothing(path: str) -> None:
    """Without the token of our own form there is no saving and no deleting."""
    strict = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    assert strict.post(path, {"name": "Theirs"}).status_code == 403
    assert not SavedFilter.objects.exists()
