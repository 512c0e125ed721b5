"""An operator sees what will happen, says why, and it happens once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from common.web.models import AuditEntry
from orchestrator_svc.dashboard.acts import single
from orchestrator_svc.engine import services
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import NO, WAYS, saga

pytestmark = pytest.mark.django_db
Sent = Callable[[], list[tuple[str, str]]]
HOSTILE = "<script>alert(1)</script> \u202e\u05e9\u05dc\u05d5\u05dd \U0001f9ea"


def address(row: SagaInstance, verb: str = "retry") -> str:
    """Where the act is asked for."""
    return f"/sagas/{row.saga_id}/{verb}"


def stuck() -> SagaInstance:
    """A saga whose refund was refused."""
    return saga(way=(*WAYS["COMPENSATING"], NO))


@pytest.fixture(autouse=True)
def in_the_way(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the inventory would refuse; it is not asked here."""
    found: list[str] = []
    monkeypatch.setattr(single, "obstacles", lambda items: found)
    return found


class TestRetry:
    """GET and POST /sagas/{sagaId}/retry."""

    def test_says_what_went_wrong_and_still_would(
        self, browser: Client, in_the_way: list[str]
    ) -> None:
        """The last failure, and what is in the way now."""
        in_the_way.append("Only 1 is left.")
        page = browser.get(address(saga("COMPENSATED"))).content.decode()
        assert (
            "Last time it failed at RESERVE_INVENTORY: INSUFFICIENT_STOCK: 1 left"
            in page
        )
        assert "<li>Only 1 is left.</li>" in page

    def test_shows_what_will_happen_before_anything_does(
        self, browser: Client, sent: Sent
    ) -> None:
        """The commands in order, the money and the stock."""
        page = browser.get(address(saga("COMPENSATED"))).content.decode()
        places = [
            page.index(f">{name}<")
            for name in (
                "CREATE_ORDER",
                "PROCESS_PAYMENT",
                "RESERVE_INVENTORY",
                "COMPLETE_ORDER",
            )
        ]
        assert places == sorted(places)
        assert "$1,999.98" in page
        assert "2 × PROD001" in page
        assert sent() == []

    def test_is_done_for_a_reason(self, browser: Client, sent: Sent) -> None:
        """By whom and why is written down; the story follows."""
        row = saga("FAILED")
        answer = browser.post(address(row), {"said": "restocked"})
        assert (answer.status_code, answer["Location"]) == (
            303,
            f"/orders/{row.order_id}",
        )
        assert sent() == [("CREATE_ORDER", f"{row.saga_id}/2")]
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action, entry.target, entry.reason) == (
            "anonymous@127.0.0.1",
            "saga.retry",
            row.saga_id,
            "restocked",
        )
        told = [str(one) for one in get_messages(answer.wsgi_request)]
        assert told == ["The order is being tried again."]

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ("", "Please say why."),
            ("  ", "Please say why."),
            ("x" * 501, "at most 500 characters"),
            ("a\x00b", "Null characters are not allowed."),
        ],
    )
    def test_without_a_sound_reason_is_asked_again(
        self, browser: Client, sent: Sent, said: str, sentence: str
    ) -> None:
        """And nothing is done."""
        answer = browser.post(address(saga("FAILED")), {"said": said})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert sent() == []

    def test_shows_hostile_text_as_text(self, browser: Client) -> None:
        """When the form comes back."""
        answer = browser.post(address(saga("COMPLETED")), {"said": HOSTILE})
        assert answer.status_code == 409
        assert b"<script>alert" not in answer.content

    def test_of_what_cannot_be_retried_says_why(self, browser: Client) -> None:
        """In a sentence; the button is there and cannot be pressed."""
        page = browser.get(address(saga("PAYMENT_PROCESSING"))).content.decode()
        assert "It can be tried again once it has ended." in page
        assert 'disabled aria-describedby="why-not"' in page

    def test_who_is_slower_than_somebody_else_reads_so(
        self, browser: Client, sent: Sent
    ) -> None:
        """A sentence and not an error page; nothing is sent twice."""
        row = saga("FAILED")
        services.retry(saga_id=row.saga_id, by="somebody else")
        answer = browser.post(address(row), {"said": "me too"})
        assert answer.status_code == 409
        assert "It is still under way." in answer.content.decode()
        assert len(sent()) == 1

    def test_a_form_sent_twice_acts_once(self, browser: Client, sent: Sent) -> None:
        """Even where the saga has ended again meanwhile."""
        row = saga("FAILED")
        form = {"said": "restocked", "token": "one"}
        first = browser.post(address(row), form)
        services.cancel(saga_id=row.saga_id, by="lee")
        before = sent()
        second = browser.post(address(row), form)
        assert (second.status_code, second["Location"]) == (303, first["Location"])
        assert sent() == before

    def test_each_form_has_a_token_of_its_own(self, browser: Client) -> None:
        """Two people's forms are two."""
        row = saga("FAILED")
        pages = [browser.get(address(row)).content for _ in range(2)]
        assert pages[0] != pages[1]
        assert b'name="token"' in pages[0]

    def test_of_nothing_is_not_found(self, browser: Client) -> None:
        """404."""
        assert browser.get("/sagas/SAGA-x/retry").status_code == 404

    def test_is_a_dialog_for_htmx_and_a_page_else(self, browser: Client) -> None:
        """Both have the form."""
        row = saga("FAILED")
        part = browser.get(address(row), headers={"hx-request": "true"}).content
        whole = browser.get(address(row)).content
        assert b"<html" not in part
        assert b"<html" in whole
        for content in (part, whole):
            assert f'action="{address(row)}"'.encode() in content


class TestCancel:
    """GET and POST /sagas/{sagaId}/cancel."""

    def test_of_a_running_saga_says_what_is_not_known(self, browser: Client) -> None:
        """The charge that is out may have been made or not."""
        page = browser.get(address(saga("PAYMENT_PROCESSING"), "cancel"))
        assert "if it was taken" in page.content.decode()

    @pytest.mark.parametrize(
        ("status", "first"),
        [
            ("PAYMENT_PROCESSING", "REFUND_PAYMENT"),
            ("INVENTORY_RESERVING", "RELEASE_INVENTORY"),
            ("COMPLETED", "RELEASE_INVENTORY"),
        ],
    )
    def test_turns_a_running_one_round_and_undoes_a_completed_one(
        self, browser: Client, sent: Sent, status: str, first: str
    ) -> None:
        """Each with its own first command."""
        row = saga(status)
        answer = browser.post(address(row, "cancel"), {"said": "fraud"})
        assert answer.status_code == 303
        assert [name for name, _ in sent()] == [first]
        cancelled = state_of(SagaInstance.objects.get(saga_id=row.saga_id)).cancel
        assert cancelled is not None
        assert cancelled.reason == "fraud"

    def test_of_what_has_failed_says_why_not(self, browser: Client) -> None:
        """409 in a sentence."""
        answer = browser.post(address(saga("FAILED"), "cancel"), {"said": "fraud"})
        assert answer.status_code == 409
        assert "there is nothing left to cancel" in answer.content.decode()


class TestSettle:
    """GET and POST /sagas/{sagaId}/settle."""

    def test_says_what_it_is_stuck_at(self, browser: Client) -> None:
        """And what comes after."""
        page = browser.get(address(stuck(), "settle")).content.decode()
        assert "REFUND_PAYMENT was refused: DECLINED: no money" in page
        assert ">CANCEL_ORDER<" in page

    def test_takes_a_reference(self, browser: Client, sent: Sent) -> None:
        """Which is written down."""
        row = stuck()
        form = {"said": "T-1", "step": "REFUND_PAYMENT"}
        answer = browser.post(address(row, "settle"), form)
        assert answer.status_code == 303
        assert [name for name, _ in sent()] == ["CANCEL_ORDER"]
        assert AuditEntry.objects.get().reason == "T-1"

    def test_means_the_step_of_the_form(self, browser: Client, sent: Sent) -> None:
        """Not another one at which the saga is stuck by now."""
        form = {"said": "T-1", "step": "CANCEL_ORDER"}
        answer = browser.post(address(stuck(), "settle"), form)
        assert answer.status_code == 409
        assert "It waits for another step by now." in answer.content.decode()
        assert sent() == []

    def test_of_what_is_not_stuck_says_why_not(self, browser: Client) -> None:
        """Running or ended."""
        for status in ("COMPENSATING", "COMPLETED"):
            row = saga(status, 1 + len(status))
            page = browser.get(address(row, "settle")).content.decode()
            assert 'id="why-not"' in page


@pytest.mark.parametrize("verb", ["retry", "cancel", "settle"])
class TestWho:
    """Only operators act, and only by their own will."""

    def test_a_viewer_may_not(self, viewer: Client, sent: Sent, verb: str) -> None:
        """403, and nothing is sent."""
        row = saga("FAILED")
        assert viewer.post(address(row, verb), {"said": "x"}).status_code == 403
        assert viewer.get(address(row, verb)).status_code == 403
        assert (sent(), AuditEntry.objects.count()) == ([], 0)

    def test_an_operator_may(self, operator: Client, verb: str) -> None:
        """The dialog opens."""
        assert operator.get(address(saga("FAILED"), verb)).status_code == 200

    def test_nobody_is_asked_to_sign_in(
        self, signed_in: object, browser: Client, verb: str
    ) -> None:
        """In production."""
        answer = browser.post(address(saga("FAILED"), verb), {"said": "x"})
        assert (answer.status_code, answer["Location"][:8]) == (302, "/sign-in")

    def test_a_form_of_another_site_does_nothing(self, sent: Sent, verb: str) -> None:
        """Without the token of the page it is refused."""
        careful = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
        answer = careful.post(address(saga("FAILED"), verb), {"said": "x"})
        assert answer.status_code == 403
        assert sent() == []
