"""The broker's jars: copied by Maven once for each environment, checked by hash."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from compose.infra.part import Tell
from compose.local.problem import Problem

HERE = Path(__file__).parent
PINNED = HERE / "jars.sha256"
OLDEST_JAVA = 17
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def folder() -> Path:
    """Where the jars are: in the virtual environment, like all that is installed."""
    digest = hashlib.sha256(PINNED.read_bytes()).hexdigest()[:12]
    return Path(sys.prefix) / "share" / f"kafka-{digest}"


def missing() -> str:
    """What must be installed before there is a broker; empty when nothing."""
    java = java_version()
    if java is None:
        return "Java is not installed. On Debian: apt install default-jre-headless."
    if java < OLDEST_JAVA:
        return f"Kafka needs Java {OLDEST_JAVA} or newer, and `java` is {java}."
    if not folder().is_dir() and not shutil.which("mvn"):
        return (
            "Maven, which fetches the broker, is not installed. "
            "On Debian: apt install maven."
        )
    return ""


def java_version() -> int | None:
    """The feature release of `java`; None where there is none that answers."""
    if not shutil.which("java"):
        return None
    done = subprocess.run(
        ["java", "-version"],  # noqa: S607 - the one on the path is meant
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(found[1]) if found else None


def ensure(tell: Tell) -> Path:
    """The folder of the jars, fetched and checked if it was not there."""
    target = folder()
    if target.is_dir():
        return target
    tell("fetching the Kafka broker through Maven (43 MB)")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="kafka-") as draft:
        jars = Path(draft) / "jars"
        _copy(jars)
        check(jars)
        jars.chmod(0o755)
        try:
            jars.rename(target)
        except OSError:
            if not target.is_dir():  # another command was first, and its jars count
                raise
    return target


def _copy(jars: Path) -> None:
    done = subprocess.run(
        [
            *("mvn", "-B", "-ntp", "-q", "-f", str(HERE / "pom.xml")),
            f"{PLUGIN}:copy-dependencies",
            *(f"-DoutputDirectory={jars}", "-DincludeScope=runtime"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "MAVEN_OPTS": "-Djansi.mode=strip"},
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-5:])
        raise Problem(f"Maven could not fetch the Kafka broker:\n{tail}", 1)


def check(jars: Path) -> None:
    """Raise unless exactly the pinned jars are there, byte for byte."""
    pinned = dict(_pinned())
    found = {path.name: _digest(path) for path in jars.glob("*.jar")}
    if found == pinned:
        return
    odd = sorted(
        name for name in {*pinned, *found} if pinned.get(name) != found.get(name)
    )
    raise Problem(
        f"What Maven gave is not what {PINNED.name} names: {', '.join(odd)}. "
        "Nothing was installed; check the repositories Maven is set to.",
        1,
    )


def _pinned() -> list[tuple[str, str]]:
    lines = PINNED.read_text().splitlines()
    return [(name, digest) for digest, name in (line.split("  ") for line in lines)]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
