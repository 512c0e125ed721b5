"""What is to be translated is found in templates and modules."""

from __future__ import annotations

from common.ui.translations.catalog import Message
from common.ui.translations.sources import in_python, in_template

TEMPLATE = """
{% load i18n %}Plain words, {% translate 'Save' %} {% translate "Post" context "verb" %}
{% blocktranslate count n=x trimmed %}
  One {{ n }} thing
{% plural %}{{ n }} things{% endblocktranslate %}
{% include "x.html" with title=_("A “title”") %} {% translate "95 %" %}
"""
MODULE = """
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext_lazy

NAME = _("Name")
print(gettext("in two" " parts"), ngettext("%d day", "%d days", 3), print("not this"))
pgettext_lazy("verb", "Order")
gettext(NAME)
"""


def test_the_messages_of_a_template_are_found() -> None:
    """In the form in which Django looks them up."""
    assert set(in_template(TEMPLATE)) == {
        Message("Save"),
        Message("Post", context="verb"),
        Message("One %(n)s thing", "%(n)s things"),
        Message("A “title”"),
        Message("95 %%"),
    }


def test_the_messages_of_a_module_are_found() -> None:
    """Under whatever name it has the function; no other call is taken for one."""
    assert set(in_python(MODULE)) == {
        Message("Name"),
        Message("in two parts"),
        Message("%d day", "%d days"),
        Message("Order", context="verb"),
    }


def test_a_module_that_translates_nothing_has_none() -> None:
    """Though it calls something `_`."""
    assert list(in_python('from x import _\n_("hello")\n')) == []
