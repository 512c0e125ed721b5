"""Parts are read strictly, and gettext reads what is made of them."""

from __future__ import annotations

import gettext
import io

import pytest

from common.ui.translations.catalog import BadEntry, Message, compiled, read

PART = """\
# A comment, and one of tools.
#, python-format
msgid "%d day ago"
msgid_plural "%d days ago"
msgstr[0] "%d일 전"

msgctxt "verb"
msgid "Order"
msgstr "주문하기"

msgid ""
"in two "
"lines\\n"
msgstr "\\"두\\" 줄\\n"
"""
ENTRIES = {
    Message("%d day ago", "%d days ago"): ("%d일 전",),
    Message("Order", context="verb"): ("주문하기",),
    Message("in two lines\n"): ('"두" 줄\n',),
}


def test_a_part_is_read() -> None:
    """With plurals, contexts, lines put together and signs with a backslash."""
    assert read(PART) == ENTRIES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('msgid "a"\n', "needs a msgid and a msgstr"),
        ('msgid "a"\nmsgstr ""\n', "needs a msgid and a msgstr"),
        ('msgstr "a"\n', "needs a msgid and a msgstr"),
        ('msgid "a"\nmsgstr a\n', "no text in quotes"),
        ('msgid "a\nmsgstr "b"\n', "no text in quotes"),
        ('msgid "a"\nmsgid "b"\n', "'msgid' does not belong here"),
        ('domain "a"\n', "'domain' does not belong here"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "is there twice"),
    ],
)
def test_what_is_no_entry_is_refused(text: str, why: str) -> None:
    """With the place."""
    with pytest.raises(BadEntry, match=why) as refused:
        read(text, "part.po")
    assert str(refused.value).startswith("part.po:")


def test_gettext_reads_what_is_compiled() -> None:
    """Plain, plural and with a context."""
    binary = compiled(ENTRIES, "ko", "nplurals=1; plural=0;")
    catalog = gettext.GNUTranslations(io.BytesIO(binary))
    assert catalog.ngettext("%d day ago", "%d days ago", 5) == "%d일 전"
    assert catalog.pgettext("verb", "Order") == "주문하기"
    assert catalog.gettext("Order") == "Order"
    assert catalog.gettext("in two lines\n") == '"두" 줄\n'


def test_the_same_entries_give_the_same_bytes() -> None:
    """Whatever their order."""
    backwards = dict(reversed(ENTRIES.items()))
    forms = "nplurals=1; plural=0;"
    assert compiled(ENTRIES, "ko", forms) == compiled(backwards, "ko", forms)
