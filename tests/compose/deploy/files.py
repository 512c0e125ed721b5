"""What a deployment is made of, as the tests read it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compose.local import storefront
from compose.local.backing import embedded
from compose.local.topology import ProcessSpec, repository, system

COMPOSE = repository / "compose"
COMPOSE_FILE = COMPOSE / "docker-compose.yml"
ENV_EXAMPLE = COMPOSE / ".env.example"
DOCKERFILE = COMPOSE / "Dockerfile"

# ${NAME}, ${NAME:-default}, ${NAME:?complaint}; a doubled $ is a plain one.
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


def compose_file() -> dict[str, Any]:
    """The compose file as it stands, variables and all."""
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text("utf-8"))
    return loaded


def containers() -> dict[str, dict[str, Any]]:
    """Its services by name."""
    found: dict[str, dict[str, Any]] = compose_file()["services"]
    return found


def filled(text: str, given: Mapping[str, str]) -> str:
    """`text` with its variables replaced as Compose does it."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        assert kind != "?", f"{name} {rest}"
        return rest or ""

    return VARIABLE.sub(value, text)


def variables(node: Any) -> Iterator[str]:
    """The names of all variables in a part of the compose file."""
    if isinstance(node, dict):
        for inner in node.values():
            yield from variables(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from variables(inner)
    elif isinstance(node, str):
        yield from (match.group(1) for match in VARIABLE.finditer(node))


def env_file(text: str) -> dict[str, str]:
    """Names and values of an environment file, its comments left out."""
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    return dict(row.split("=", maxsplit=1) for row in rows)


def local_processes() -> dict[str, ProcessSpec]:
    """What `manage_all.py up` starts that containers start too, by name.

    They need no door: a port is mapped.
    """
    nowhere = Path("/nowhere")
    specs = system(nowhere, 0, embedded(nowhere, {}), with_sandbox=False)
    return {spec.name: spec for spec in specs if spec.name != storefront.DOOR}


def copies() -> list[tuple[str, str]]:
    """What the image takes from the repository, and where it puts it."""
    rows = re.findall(
        r"^COPY ([\w./]+) \./(\S+)$", DOCKERFILE.read_text(), re.MULTILINE
    )
    return [(source, target) for source, target in rows]


def lay_out_image(target: Path) -> None:
    """The files of the image's /app in `target`, as its COPY lines say."""
    hidden = shutil.ignore_patterns("tests", "__pycache__")
    for source, place in copies():
        path = target / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if (repository / source).is_dir():
            shutil.copytree(repository / source, path, ignore=hidden)
        else:
            shutil.copy(repository / source, path)
