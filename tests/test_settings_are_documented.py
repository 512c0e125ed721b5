"""docs/settings.md tells of every environment variable that the program reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.conf.service import SERVICES

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "settings.md"
SOURCES = ("common/**/*.py", "compose/**/*.py", "*_svc/**/*.py")
READERS_OWN_FILE = "common/conf/env.py"

# How a variable is read, and which argument holds its default.
DEFAULT_AT = {
    "env_str": 1,
    "env_int": 1,
    "env_bool": 1,
    "env_list": 1,
    "env_url": 1,
    "env_choice": 2,
    "os.environ.get": 1,
    "os.getenv": 1,
}
# The one place that makes names: `<SERVICE>_URL`.
COMPUTED_IN = "common/conf/service.py"
COMPUTED = [f"{name.upper()}_URL" for name in SERVICES]


@dataclass(frozen=True, slots=True)
class Reading:
    """A variable that a file reads; `default` is None where it is no plain value."""

    name: str
    file: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """What the page says of a variable."""

    default: str
    files: frozenset[str]


def readings() -> Iterator[Reading]:
    """Every reading of the environment in the program's sources."""
    for pattern in SOURCES:
        for path in sorted(REPOSITORY.glob(pattern)):
            file = path.relative_to(REPOSITORY).as_posix()
            if "tests" not in path.parts and file != READERS_OWN_FILE:
                yield from _readings_in(file, ast.parse(path.read_text("utf-8")))


def _readings_in(file: str, tree: ast.Module) -> Iterator[Reading]:
    constants = _constants(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        place = DEFAULT_AT.get(ast.unparse(node.func))
        if place is None:
            continue
        default = _plain(node.args[place], {}) if len(node.args) > place else None
        name = _plain(node.args[0], constants)
        if name is not None:
            yield Reading(name, file, default)
        else:
            assert file == COMPUTED_IN, f"{file}:{node.lineno} makes a variable's name"
            yield from (Reading(made, file, default) for made in COMPUTED)


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: str(node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _plain(node: ast.expr, constants: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def rows() -> dict[str, Row]:
    """The rows of the page's tables, by variable."""
    text = PAGE.read_text("utf-8")
    patterns = dict(re.findall(r"^- (\w+): `([^`]+)`$", text, re.MULTILINE))
    found = {}
    for line in re.findall(r"^\| (`.+) \|$", text, re.MULTILINE):
        names, default, _meaning, readers = line.split(" | ")
        files = {
            path.relative_to(REPOSITORY).as_posix()
            for reader in readers.split(", ")
            for path in REPOSITORY.glob(patterns[reader])
        }
        for name in re.findall(r"`(\w+)`", names):
            assert name not in found, f"{name} is there twice"
            found[name] = Row(default, frozenset(files))
    return found


READINGS = tuple(readings())
READ = sorted({reading.name for reading in READINGS})
ROWS = rows()


def test_the_page_names_what_is_read_and_nothing_else() -> None:
    """Whoever adds a variable, or drops one, says so."""
    assert sorted(ROWS) == READ


@pytest.mark.parametrize("name", READ)
def test_a_plain_default_is_the_codes(name: str) -> None:
    """One that depends on something is described in words."""
    defaults = {one.default for one in READINGS if one.name == name} - {None}
    assert defaults <= {ROWS[name].default.strip("`")}


@pytest.mark.parametrize("name", READ)
def test_every_reader_is_named(name: str) -> None:
    """Who changes a reader knows what else to look at."""
    files = {one.file for one in READINGS if one.name == name}
    assert files <= ROWS[name].files
