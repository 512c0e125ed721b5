"""The parts that the shop's pages are made of."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.ui.templatetags.ui import asset, tag
from order_svc.storefront import words
from order_svc.storefront.purchase import Purchase, Step

register = template.Library()

# What the sample stock has; anything else comes in a box.
PICTURES = {
    "laptop": "laptop",
    "mouse": "mouse",
    "keyboard": "keyboard",
    "monitor": "monitor",
    "headphones": "headphones",
}


@register.simple_tag
def picture(name: str) -> SafeString:
    """A drawing of the product, for the eye only; its name stands beside it."""
    return format_html(
        '<svg class="picture" aria-hidden="true" viewBox="0 0 96 72">'
        '<use href="{}#{}"/></svg>',
        asset("shop/pictures.svg"),
        PICTURES.get(name.strip().lower(), "parcel"),
    )


@register.simple_tag
def phase(purchase: Purchase) -> SafeString:
    """How far an order is, in a customer's words."""
    return SafeString(tag(*words.phase(purchase)))


@register.filter
def headline(purchase: Purchase) -> str:
    """The order's state as a heading."""
    return words.headline(purchase)


@register.filter
def about_money(purchase: Purchase) -> str:
    """Where the customer's money is."""
    return str(words.MONEY[purchase.money])


@register.filter
def reason(purchase: Purchase) -> str:
    """Why the order came to nothing."""
    return words.reason(purchase)


@register.filter
def blocked(purchase: Purchase) -> str:
    """Why the order can't be tried again."""
    return words.blocked(purchase)


@register.filter
def contents(purchase: Purchase) -> str:
    """What was ordered, in one line."""
    return words.title_of(purchase)


@register.filter
def step_name(step: Step) -> str:
    """What the step is called."""
    return str(words.STEPS[step.name])


@register.filter
def mark_name(step: Step) -> str:
    """What became of the step, for those who do not see its sign."""
    return str(words.MARKS[step.mark])


@register.filter
def said_of(step: Step, purchase: Purchase) -> str:
    """What more there is to say of a step."""
    return words.said_of(step, purchase)
