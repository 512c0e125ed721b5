"""Ids in addresses: what cannot be an id is not found, before any query is made."""

from __future__ import annotations

import re

from django.urls import register_converter


class IdConverter:
    """`<id:order_id>`: 1 to 100 of the characters that our ids are made of."""

    regex = r"[A-Za-z0-9._:@=-]{1,100}"

    def to_python(self, value: str) -> str:
        """The id as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The id as it goes into an address."""
        return value


register_converter(IdConverter, "id")
_id = re.compile(IdConverter.regex).fullmatch


def is_id(text: str) -> bool:
    """True for what can stand in an address as an id."""
    return bool(_id(text))
