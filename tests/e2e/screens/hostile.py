"""What an unkind client writes, in every field that takes its words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from common.log.connect import connect
from common.log.port import NewRecord
from tests.e2e.shop import MOUSE, Shop, wait_until

LONG_WORD = "unbroken" * 1_250  # 10,000 characters
SCRIPT = "<script>window.harmed=1</script>"
PICTURE = "<img src=x onerror=window.harmed=1>"
MARKUP = "\"'><h1 id=harm>Harm</h1><!--"
TEMPLATE = "{{ 7|add:7 }}{% load evil %}${7*7}"
HEBREW, ARABIC = "\u05e2\u05d1\u05e8\u05d9\u05ea", "\u0639\u0631\u0628\u0649"
BACKWARDS = f"\u202egnp.tfarb \u2067{HEBREW} {ARABIC}\u2069"
UNSEEN = "a\u200bb\u200d\ufeffc\u00ad"
MARKS = "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘"
SMILEYS = "👩‍👩‍👧‍👦🏳️‍🌈🇰🇷"
TEXTS = (SCRIPT, PICTURE, MARKUP, TEMPLATE, BACKWARDS, UNSEEN, MARKS, SMILEYS)
# Shown, but by their names or not at all: no text of ours has them.
CONTROLS = "nul\u0000 bell\u0007 escape\u001b[31m"
WORST = " ".join(TEXTS)
LONG_ID = "X" * 64
TOPIC, KEY = "order.created", "hostile"
# A page that shows any of it as more than text has one of these.
HARM = "window.harmed || document.querySelector('#harm, img[src=x]')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmed:
    """Where the words are to be found."""

    saga_id: str
    order_id: str
    choreographed: str
    letter_id: str


def place(shop: Shop) -> Harmed:
    """Write them: in orders of both patterns, a reason, a message, its headers."""
    names = {**MOUSE, "productName": WORST[:200]}
    started = shop.order("orchestration", names, customer=LONG_ID)
    other = shop.order("choreography", names, customer=LONG_ID)
    shop.wait_for(started["orderId"], other["orderId"])
    reason = {"reason": (WORST + LONG_WORD)[:500]}
    cancel = f"/api/orders/{other['orderId']}/cancel"
    shop.post("order", cancel, reason).raise_for_status()
    letter_id = _letter(shop)
    shop.wait_for(other["orderId"])
    return Harmed(
        saga_id=started["sagaId"],
        order_id=started["orderId"],
        choreographed=other["orderId"],
        letter_id=letter_id,
    )


def _letter(shop: Shop) -> str:
    """The id of a dead letter whose value, headers and error are unkind."""
    value = {"orderId": KEY, "customerId": WORST, "items": LONG_WORD + CONTROLS}
    record = NewRecord(
        topic=TOPIC,
        key=KEY,
        value=json.dumps(value, ensure_ascii=False).encode(),
        headers={"ce_type": WORST, WORST[:60]: LONG_WORD},
    )
    log = connect(shop.log_url)
    try:
        log.publisher().publish([record])
    finally:
        log.close()
    path = "/api/messages/dead-letters"
    wait_until(lambda: shop.count("order", path, key=KEY) > 0, 30, lambda: "no letter")
    return str(next(shop.rows("order", path, key=KEY))["letterId"])
