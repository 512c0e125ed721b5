"""The parts of a language joined to the catalog that Django reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from common.conf.profile import REPOSITORY
from common.ui.translations.catalog import BadEntry, Catalog, Message, compiled, read
from common.ui.translations.sources import used

LOCALES = REPOSITORY / "common" / "ui" / "locale"
# Korean has no plural.
PLURAL_FORMS = {"ko": "nplurals=1; plural=0;"}


def folder(language: str) -> Path:
    """Where a language's catalog and its parts are."""
    return LOCALES / language / "LC_MESSAGES"


def catalog(language: str) -> Catalog:
    """All parts together. Raises BadEntry where two disagree."""
    joined: dict[Message, tuple[str, ...]] = {}
    for path in sorted((folder(language) / "parts").glob("*.po")):
        for message, said in read(path.read_text("utf-8"), path.name).items():
            if joined.setdefault(message, said) != said:
                raise BadEntry(
                    f"{path.name}: {message.single!r} is {said} here and"
                    f" {joined[message]} elsewhere; give one of them a context"
                )
    return joined


def binary(language: str) -> bytes:
    """What `django.mo` has to be."""
    return compiled(catalog(language), language, PLURAL_FORMS[language])


def missing(language: str) -> Iterator[tuple[Message, list[str]]]:
    """Messages of the sources that the language lacks, and who says them."""
    known = catalog(language)
    return (found for found in used(REPOSITORY).items() if found[0] not in known)


def main() -> list[str]:
    """Write every language's catalog; what each still lacks, in sentences."""
    lacking = []
    for language in PLURAL_FORMS:
        (folder(language) / "django.mo").write_bytes(binary(language))
        lacking += [
            f"{language} lacks {message.single!r} ({', '.join(places)})"
            for message, places in missing(language)
        ]
    return lacking
