"""Every point that the code reaches is declared, and every declared one is reached."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from common.conf.profile import REPOSITORY
from common.conf.service import SERVICES
from common.faults import points
from common.faults.points import MODULE, SHARED, Point, shared_by

PACKAGES = ("common", *(service.package for service in SERVICES.values()))
CALLS = {"reach", "happens"}


def sources(package: str) -> Iterator[Path]:
    """The files of a package that are no tests."""
    for file in (REPOSITORY / package).rglob("*.py"):
        if "tests" not in file.relative_to(REPOSITORY).parts:
            yield file


def reached_in(package: str) -> set[str]:
    """The points that the code names."""
    return {
        node.args[0].value
        for file in sources(package)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CALLS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "faults"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def declared_in(package: str) -> list[Point]:
    """The points that the package's apps declare."""
    if package == "common":
        return [Point(f"service.{one.name}", "", one.actions) for one in SHARED]
    found: list[Point] = []
    for file in (REPOSITORY / package).glob(f"*/{MODULE}.py"):
        found += import_module(f"{package}.{file.parent.name}.{MODULE}").POINTS
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_declared_points_are_those_that_are_reached(package: str) -> None:
    """Else a fault could be turned on that never strikes, or not where one could."""
    assert reached_in(package) == {one.name for one in declared_in(package)}


@pytest.mark.parametrize("service", list(SERVICES))
def test_points_say_what_they_show(service: str) -> None:
    """In a sentence, with an action or more; the names are the service's or Toss's."""
    found = [*declared_in(SERVICES[service].package), *shared_by(service)]
    names = [one.name for one in found]
    assert len(set(names)) == len(names)
    for one in found:
        assert one.name.split(".")[0] in {service, "toss"}
        assert one.meaning.endswith(".")
        assert one.actions


def test_a_service_has_the_points_of_its_apps_and_the_shared_ones(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The app's first."""
    settings.SERVICE_NAME = "inventory"

    class Stock:
        name = "inventory_svc.stock"

    configs = [*apps.get_app_configs(), Stock()]
    monkeypatch.setattr(apps, "get_app_configs", lambda: configs)
    points.declared.cache_clear()
    try:
        names = list(points.declared())
    finally:
        points.declared.cache_clear()
    assert names == [
        "inventory.no-stock",
        "inventory.handle",
        "inventory.before-publish",
        "inventory.reply-lost",
        "inventory.duplicate",
        "inventory.request",
    ]


def test_the_page_tells_of_every_point() -> None:
    """With its actions, in docs/faults.md; and of no other."""
    page = (REPOSITORY / "docs" / "faults.md").read_text()
    rows = re.findall(r"^\| `([a-z.-]+)` \| ([a-z, ]+) \|", page, re.MULTILINE)
    of_services = [declared_in(service.package) for service in SERVICES.values()]
    declared = [*SHARED, *chain.from_iterable(of_services)]
    assert sorted(rows) == sorted(
        (one.name, ", ".join(one.actions)) for one in declared
    )
