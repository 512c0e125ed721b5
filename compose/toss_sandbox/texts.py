"""What the pages say, in English and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """All texts of one language; `cards` says what each test card does."""

    language: str
    notice: str
    payment: str
    you_pay: str
    card_number: str
    expiry: str
    cvc: str
    pay: str
    close: str
    test_cards: str
    what_it_does: str
    use: str
    own_card: str
    not_a_test_card: str
    wrong_expiry: str
    wrong_cvc: str
    too_late: str
    closed: str
    cannot_open: str
    form_too_old: str
    not_there: str
    failed: str
    receipt: str
    order: str
    paid: str
    not_paid: str
    card: str
    state: str
    approved: str
    given_back: str
    remains: str
    amount: str
    payments: str
    calls: str
    time: str
    call: str
    answer: str
    again: str
    none_yet: str
    no_answer: str
    running: str
    waiting_webhooks: str
    moods: str
    newest: str
    cards: Mapping[str, str]


ENGLISH = Texts(
    language="en",
    notice="Sandbox: no card is charged, no money moves.",
    payment="Payment",
    you_pay="You pay",
    card_number="Card number",
    expiry="Expiry (MM/YY)",
    cvc="CVC",
    pay="Pay",
    close="Close without paying",
    test_cards="Test cards",
    what_it_does="What it does",
    use="Use",
    own_card="Never enter a card of your own. Any future expiry and any CVC will do.",
    not_a_test_card="This is no test card. Only those listed below work here.",
    wrong_expiry="Enter an expiry that lies in the future, as MM/YY.",
    wrong_cvc="The CVC has three or four digits.",
    too_late="The window was open for too long. It has been opened anew: pay again.",
    closed="The customer closed the window.",
    cannot_open="The payment window cannot be opened",
    form_too_old="This form was not sent from its own page. Open the window again.",
    not_there="There is nothing at this address.",
    failed="Something went wrong in the sandbox; its log says what.",
    receipt="Receipt",
    order="Order",
    paid="Paid",
    not_paid="No money was taken.",
    card="Card",
    state="State",
    approved="Approved",
    given_back="Given back",
    remains="Remains",
    amount="Amount",
    payments="Payments",
    calls="Calls",
    time="Time",
    call="Call",
    answer="Answer",
    again="given again",
    none_yet="None yet.",
    no_answer="no answer",
    running="running",
    waiting_webhooks="Webhooks that wait",
    moods="Behaviours that are on",
    newest="The newest 50 of each.",
    cards={
        "good": "is approved",
        "declined": "is declined: over its limit",
        "poor": "is declined: lacks funds",
        "stopped": "is declined: stopped",
        "slow": "needs 3 seconds, then is approved",
        "endless": "needs 30 seconds, longer than anybody waits, then is approved",
        "answer_lost": "is approved, and the answer is lost",
        "error_after": "is approved, and the answer is an error",
        "spoiled": "meets a temporary error twice, then is approved",
        "kept": "is approved; its first two refunds fail",
    },
)

KOREAN = Texts(
    language="ko",
    notice="샌드박스입니다. 카드가 청구되지 않으며 돈이 이동하지 않습니다.",
    payment="결제",
    you_pay="결제 금액",
    card_number="카드 번호",
    expiry="유효기간 (MM/YY)",
    cvc="CVC",
    pay="결제하기",
    close="결제하지 않고 닫기",
    test_cards="테스트 카드",
    what_it_does="동작",
    use="사용",
    own_card="실제 카드를 입력하지 마세요. "
    "유효기간은 미래의 아무 날짜, CVC는 아무 숫자나 됩니다.",
    not_a_test_card="테스트 카드가 아닙니다. 아래 목록의 카드만 사용할 수 있습니다.",
    wrong_expiry="유효기간을 MM/YY 형식의 미래 날짜로 입력하세요.",
    wrong_cvc="CVC는 세 자리 또는 네 자리 숫자입니다.",
    too_late="결제창이 너무 오래 열려 있었습니다. 새로 열었으니 다시 결제하세요.",
    closed="고객이 결제창을 닫았습니다.",
    cannot_open="결제창을 열 수 없습니다",
    form_too_old="이 결제창에서 보낸 요청이 아닙니다. 결제창을 다시 열어 주세요.",
    not_there="이 주소에는 아무것도 없습니다.",
    failed="샌드박스에서 오류가 발생했습니다. 로그를 확인하세요.",
    receipt="영수증",
    order="주문",
    paid="결제 금액",
    not_paid="결제된 금액이 없습니다.",
    card="카드",
    state="상태",
    approved="승인 시각",
    given_back="환불",
    remains="잔액",
    amount="금액",
    payments="결제 내역",
    calls="API 호출",
    time="시각",
    call="호출",
    answer="응답",
    again="재응답",
    none_yet="아직 없습니다.",
    no_answer="응답 없음",
    running="처리 중",
    waiting_webhooks="대기 중인 웹훅",
    moods="적용 중인 동작",
    newest="각각 최근 50건입니다.",
    cards={
        "good": "승인됩니다",
        "declined": "거절됩니다: 한도 초과",
        "poor": "거절됩니다: 잔액 부족",
        "stopped": "거절됩니다: 정지된 카드",
        "slow": "3초 뒤에 승인됩니다",
        "endless": "30초 뒤에 승인됩니다. 아무도 그만큼 기다리지 않습니다",
        "answer_lost": "승인되지만 응답이 사라집니다",
        "error_after": "승인되지만 오류로 응답합니다",
        "spoiled": "일시적인 오류가 두 번 난 뒤 승인됩니다",
        "kept": "승인됩니다. 처음 두 번의 환불은 실패합니다",
    },
)


def texts() -> Texts:
    """The texts of the language that the browser asks for."""
    return KOREAN if (get_language() or "").startswith("ko") else ENGLISH


def context(_request: HttpRequest) -> dict[str, Any]:
    """Every template knows the texts."""
    return {"text": texts()}
