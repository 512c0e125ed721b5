"""What the sources say that is to be translated, and where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation.template import templatize

from common.ui.translations.catalog import Message

# The order of a function's arguments, which are fields of a Message.
ARGUMENTS = {
    "gettext": ("single",),
    "ngettext": ("single", "plural"),
    "pgettext": ("context", "single"),
    "npgettext": ("context", "single", "plural"),
}
OF_DJANGO = "django.utils.translation"
TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(({TEXT}(?:, {TEXT})*)")
PYTHON = ("common/**/*.py", "*_svc/**/*.py")
TEMPLATES = ("templates/**/*.html", "common/**/*.html", "*_svc/**/*.html")
Used = dict[Message, list[str]]


def used(repository: Path) -> Used:
    """Every message of the services' sources, with the files that say it."""
    found: Used = {}
    for patterns, read in ((PYTHON, in_python), (TEMPLATES, in_template)):
        for path in _files(repository, patterns):
            place = path.relative_to(repository).as_posix()
            for message in read(path.read_text("utf-8")):
                found.setdefault(message, []).append(place)
    return found


def _files(repository: Path, patterns: Sequence[str]) -> Iterator[Path]:
    for pattern in patterns:
        for path in sorted(repository.glob(pattern)):
            if "tests" not in path.relative_to(repository).parts:
                yield path


def in_template(text: str) -> Iterator[Message]:
    """The messages of a template, as Django itself finds them."""
    for function, arguments in CALL.findall(templatize(text)):
        values = [ast.literal_eval(one) for one in re.findall(TEXT, arguments)]
        yield _message("gettext" if function == "_" else function, values)


def in_python(text: str) -> Iterator[Message]:
    """The messages of a module; what is put together at run time is not seen."""
    if OF_DJANGO not in text:
        return
    tree = ast.parse(text)
    functions = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            function = functions.get(node.func.id)
            values = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if function and values:
                yield _message(function, [str(value) for value in values])


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that Django's functions have in this module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == OF_DJANGO:
            for name in node.names:
                function = name.name.removesuffix("_lazy").removesuffix("_noop")
                if function in ARGUMENTS:
                    yield name.asname or name.name, function


def _message(function: str, values: Sequence[str]) -> Message:
    names = ARGUMENTS[function]
    # A number may stand behind; what a lazy plural counts may be a name.
    return Message(**dict(zip(names, values[: len(names)], strict=True)))
