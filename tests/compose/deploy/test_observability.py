"""Alerts and dashboard ask for what `/metrics` really tells."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from common.conf.service import SERVICES, STOREFRONT
from common.messaging.models import LetterStatus
from compose.local.topology import repository
from tests.compose.deploy.files import COMPOSE

FOLDER = COMPOSE / "observability"
ALERTS = FOLDER / "alerts.yml"
STORIES = Path(__file__).with_name("alerts_test.yml")
DASHBOARD = FOLDER / "grafana" / "dashboards" / "saga-playground.json"
ADAPTER = COMPOSE / "kubernetes" / "prometheus-adapter-values.yaml"

# Prometheus adds these: whether a target answers, and whose it is.
ADDED_SERIES = {"up"}
ADDED_LABELS = {"job", "service", "namespace"}
WORDS = {"and", "or", "unless", "by", "on", "ignoring"}


def load(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text("utf-8"))


def alerts() -> dict[str, dict[str, Any]]:
    """The rules by name."""
    rules = [rule for group in load(ALERTS)["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    return {rule["alert"]: rule for rule in rules}


def panels() -> dict[str, dict[str, Any]]:
    """The dashboard's panels by title."""
    found = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return {panel["title"]: panel for panel in found}


def expressions() -> dict[str, str]:
    """Everything that is asked of Prometheus, by where it stands."""
    found = {name: rule["expr"] for name, rule in alerts().items()}
    for title, panel in panels().items():
        for number, target in enumerate(panel["targets"]):
            found[f"{title} {number}"] = target["expr"]
    (rule,) = load(ADAPTER)["rules"]["external"]
    found["adapter"] = rule["seriesQuery"]
    return found


EXPRESSIONS = expressions()


def series_in(expression: str) -> set[str]:
    """The names of the series in an expression."""
    bare = re.sub(r"\{[^}]*\}", "{}", expression)
    bare = re.sub(r"\b(by|on|ignoring)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\[\w+\]", " ", bare)
    return set(re.findall(r"\b[a-z_]+\b(?!\s*\()", bare)) - WORDS


def labels_in(expression: str) -> set[str]:
    """The names of the labels that an expression chooses or groups by."""
    chosen = re.findall(r"[{,]\s*([a-z_]+)\s*(?:=|!)", expression)
    groups = re.findall(r"\bby\s*\(([^)]*)\)", expression)
    grouped = [label.strip() for group in groups for label in group.split(",")]
    return {*chosen, *grouped}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The series of `/metrics`, each with its labels."""
    state = tmp_path_factory.mktemp("scrape")
    done = subprocess.run(
        [sys.executable, "-m", "tests.compose.deploy.scrape"],
        cwd=repository,
        env={
            "PATH": os.environ["PATH"],
            "STATE_DIR": str(state),
            "APP_PROFILE": "test",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(done.stdout):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_what_is_asked_for_is_told(told: dict[str, set[str]], place: str) -> None:
    """Every series, and every label of it."""
    expression = EXPRESSIONS[place]
    series = series_in(expression)
    assert series
    assert series - ADDED_SERIES <= told.keys()
    labels = {label for one in series - ADDED_SERIES for label in told[one]}
    assert labels_in(expression) <= labels | ADDED_LABELS


def test_the_lag_is_told_by_topic(told: dict[str, set[str]]) -> None:
    """What workers are scaled by."""
    assert told["consumer_lag_messages"] == {"topic"}
    assert told["sagas_unended"] == {"status"}


def test_the_letters_asked_for_are_a_status() -> None:
    """A word that no letter has would never ring."""
    asked = re.findall(r'dead_letters_open\{status="(\w+)"\}', str(EXPRESSIONS))
    assert asked
    assert set(asked) <= set(LetterStatus.values)


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_what_is_wrong_and_what_to_do(name: str) -> None:
    """How grave, and in whole sentences."""
    rule = alerts()[name]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description"}
    assert rule["annotations"]["description"].rstrip().endswith((".", "`."))


def test_every_service_is_asked_at_its_port() -> None:
    """And named by its label."""
    (job,) = load(FOLDER / "prometheus.yml")["scrape_configs"]
    asked = {one["targets"][0]: one["labels"] for one in job["static_configs"]}
    assert asked == {
        f"{one.name}-web:{one.port}": {"service": one.name}
        for one in (*SERVICES.values(), STOREFRONT)
    }
    assert 'job="saga-playground"' in str(EXPRESSIONS)
    assert job["job_name"] == "saga-playground"


def test_the_dashboard_fits_its_data_source() -> None:
    """Each panel asks the one that is provisioned, and none lies on another."""
    (source,) = load(FOLDER / "grafana" / "datasources" / "prometheus.yml")[
        "datasources"
    ]
    taken: set[tuple[int, int]] = set()
    for title, panel in panels().items():
        assert panel["datasource"]["uid"] == source["uid"], title
        assert panel["description"], title
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, title
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert source["url"] == "http://prometheus:9090"


@pytest.fixture
def promtool() -> str:
    """Prometheus' own tool."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed. On Debian: apt install prometheus.")
    return found


@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", str(ALERTS)), ("test", "rules", str(STORIES))],
    ids=["accepts the rules", "hears them ring"],
)
def test_promtool(promtool: str, arguments: tuple[str, ...]) -> None:
    """The alerts ring when they must and not before: see alerts_test.yml."""
    done = subprocess.run(
        [promtool, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
