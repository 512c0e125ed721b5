"""The compose file is what it says: pinned, hardened, reached from this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import check_jsonschema
import jsonschema
import pytest
import yaml

from common.conf.service import SERVICES, STOREFRONT
from compose.local.topology import repository
from tests.compose.deploy.files import (
    COMPOSE,
    COMPOSE_FILE,
    ENV_EXAMPLE,
    compose_file,
    containers,
    env_file,
    filled,
    local_processes,
    variables,
)
from tests.test_settings_are_documented import ROWS

CONTAINERS = containers()
ONE_SHOT = sorted(name for name, one in CONTAINERS.items() if one["restart"] == "no")
LASTING = sorted(CONTAINERS.keys() - ONE_SHOT)
SHOP = "storefront-web"
# Its start writes its configuration into its own image.
WRITES_ITS_ROOT = {"kafka"}
# The contract's ports, Kafka UI's, and ours beside them.
PORTS = {
    "nginx": "3000:3000",
    "storefront-web": "3005:3000",
    "order-web": "3001:3001",
    "payment-web": "3002:3002",
    "inventory-web": "3003:3003",
    "orchestrator-web": "3004:3004",
    "kafka-ui": "8080:8080",
    "kafka": "9092:29092",
    "mongodb-order": "27017:27017",
    "mongodb-payment": "27018:27017",
    "mongodb-inventory": "27019:27017",
    "mongodb-orchestrator": "27020:27017",
    "postgres": "5432:5432",
    "prometheus": "9090:9090",
    "grafana": "3030:3000",
}


def own(kind: str) -> list[str]:
    """The names of our containers of a kind: web, worker, migrate."""
    return [f"{service}-{kind}" for service in SERVICES]


def test_it_is_a_compose_file() -> None:
    """By the schema of the compose specification."""
    folder = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor"
    schema = yaml.safe_load((folder / "compose-spec.json").read_text("utf-8"))
    jsonschema.validate(compose_file(), schema)


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_every_image_is_pinned(name: str) -> None:
    """To a patch at least: a plain number of the major release moves on by itself."""
    image = filled(CONTAINERS[name]["image"], {})
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.?[\w.-]*", image), image
    assert image.partition(":")[2].count(".") >= 1


def test_the_ports_are_those_of_the_contract_and_on_this_machine_only() -> None:
    """Each on 127.0.0.1, and no other is there."""
    found = {name: one["ports"] for name, one in CONTAINERS.items() if "ports" in one}
    assert found == {name: [f"127.0.0.1:{port}"] for name, port in PORTS.items()}


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_every_container_is_hardened(name: str) -> None:
    """No rights, no new ones, a root that is read, bounds, and logs that end."""
    one = CONTAINERS[name]
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["read_only"] is (name not in WRITES_ITS_ROOT)
    assert one["init"] is True
    assert "privileged" not in one and "network_mode" not in one
    limits = one["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert one["logging"]["options"]["max-size"]
    assert not any("docker.sock" in str(volume) for volume in one.get("volumes", []))


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_looked_at_and_comes_back(name: str) -> None:
    """A check with a limit of its own."""
    one = CONTAINERS[name]
    assert one["restart"] == "unless-stopped"
    assert one["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert one["healthcheck"]["timeout"]


def test_one_shots_end() -> None:
    """The migrations, and what makes the replica sets."""
    assert sorted(["mongo-init", *own("migrate")]) == ONE_SHOT


def test_a_mounted_file_is_there_and_is_only_read() -> None:
    """A missing one would be made by Docker, as a folder."""
    for one in CONTAINERS.values():
        for volume in one.get("volumes", []):
            if volume.startswith("."):
                source, _target, mode = volume.split(":")
                assert (COMPOSE / source).exists(), source
                assert mode == "ro", volume


def test_named_volumes_are_all_used() -> None:
    """And none is used that is not named."""
    used = {
        volume.partition(":")[0]
        for one in CONTAINERS.values()
        for volume in one.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(compose_file()["volumes"])


def test_who_waits_for_what() -> None:
    """Web and worker for migration, log and broker; nginx for all it leads to."""
    for name in [*own("web"), *own("worker")]:
        service = name.partition("-")[0]
        done = {"condition": "service_completed_successfully"}
        well = {"condition": "service_healthy"}
        wanted = {f"{service}-migrate": done, "kafka": well, "redis": well}
        assert CONTAINERS[name]["depends_on"] == wanted
    for name in own("migrate"):
        waits = CONTAINERS[name]["depends_on"]
        # The profile decides which of the two is there.
        assert {one: how["required"] for one, how in waits.items()} == {
            "mongo-init": False,
            "postgres": False,
        }
    assert set(CONTAINERS["nginx"]["depends_on"]) == {*own("web"), SHOP}
    # It says what does not answer yet.
    assert "depends_on" not in CONTAINERS[SHOP]
    every = {dep for one in CONTAINERS.values() for dep in one.get("depends_on", {})}
    assert every <= CONTAINERS.keys()


def test_the_commands_are_those_of_a_local_stack() -> None:
    """So that what a container starts is what the suite runs.

    Only a worker's name is its host's there.
    """
    for name, spec in local_processes().items():
        command = tuple(CONTAINERS[name]["command"])
        assert command[0] == "python"
        wanted = spec.command[1:] if spec.kind == "web" else spec.command[1:-1]
        assert command[1:] == wanted


def test_the_checks_ask_the_process_of_their_container() -> None:
    """A web server at its port, a worker by its pulse."""
    probe = ["CMD", "python", "-m", "compose.local.probe"]
    port = str(STOREFRONT.port)
    assert CONTAINERS[SHOP]["healthcheck"]["test"] == [*probe, "web", port]
    for service in SERVICES.values():
        web = CONTAINERS[f"{service.name}-web"]["healthcheck"]["test"]
        worker = CONTAINERS[f"{service.name}-worker"]["healthcheck"]["test"]
        assert web == [*probe, "web", str(service.port)]
        assert worker == [*probe, "joined", service.package]


@pytest.mark.parametrize("kind", ["web", "worker", "migrate"])
def test_each_service_has_its_own_database_and_broker(kind: str) -> None:
    """The same for all three of its containers, and no other's."""
    databases, brokers = set(), set()
    for name in own(kind):
        service = name.partition("-")[0]
        environment = CONTAINERS[name]["environment"]
        assert environment == CONTAINERS[f"{service}-web"]["environment"]
        url = urlsplit(filled(environment["DATABASE_URL"], {}))
        assert (url.hostname, url.path) == (f"mongodb-{service}", f"/{service}")
        assert url.query == f"replicaSet=rs-{service}"
        databases.add(url.geturl())
        brokers.add(filled(environment["CELERY_BROKER_URL"], {"REDIS_PASSWORD": "x"}))
    assert len(databases) == len(brokers) == len(SERVICES)


def test_every_setting_of_ours_is_a_documented_one() -> None:
    """docs/settings.md has a row for each."""
    for name in [*own("web"), SHOP]:
        assert set(CONTAINERS[name]["environment"]) <= set(ROWS)


def test_shop_and_dashboard_know_where_the_services_are() -> None:
    """All four of them."""
    for container in (SHOP, "orchestrator-web"):
        environment = CONTAINERS[container]["environment"]
        for name, service in SERVICES.items():
            url = filled(environment[f"{name.upper()}_URL"], {})
            assert url == f"http://{name}-web:{service.port}"


def test_the_shop_knows_no_database() -> None:
    """Nor a secret of Toss's: what it is told, a browser may see."""
    environment = CONTAINERS[SHOP]["environment"]
    hidden = {"DATABASE_URL", "CELERY_BROKER_URL", "TOSS_SECRET_KEY"}
    assert not hidden & environment.keys()


def test_the_secrets_are_required() -> None:
    """Without them nothing starts, and the complaint says what to do."""
    environment = CONTAINERS["order-web"]["environment"]
    for name in ("SECRET_KEY", "CELERY_BROKER_URL"):
        with pytest.raises(
            AssertionError, match=r"is not set. Run compose/make-env.sh"
        ):
            filled(environment[name], {})


def test_the_example_names_every_variable_and_no_other() -> None:
    """Those commented out too; COMPOSE_PROFILES is read by Compose itself."""
    text = ENV_EXAMPLE.read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))
    assert named == {*variables(compose_file()), "COMPOSE_PROFILES"}


def test_the_example_and_the_file_have_the_same_defaults() -> None:
    """What is not set is what the example says."""
    given = env_file(ENV_EXAMPLE.read_text("utf-8"))
    text = COMPOSE_FILE.read_text("utf-8")
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    shared = defaults.keys() & given.keys()
    assert {name: defaults[name] for name in shared} == {
        name: given[name] for name in shared
    }


def test_every_variable_is_documented() -> None:
    """docs/containers.md tells what each means for the containers."""
    page = (repository / "docs" / "containers.md").read_text("utf-8")
    for name in {*variables(compose_file()), "COMPOSE_PROFILES"}:
        assert f"`{name}`" in page, name


def test_the_replica_sets_are_those_of_the_servers() -> None:
    """What mongo-init makes is what each mongod was told to be."""
    members = dict(
        member.split("=")
        for member in CONTAINERS["mongo-init"]["environment"]["MEMBERS"].split()
    )
    assert members == {f"rs-{one}": f"mongodb-{one}:27017" for one in SERVICES}
    for service in SERVICES:
        command = CONTAINERS[f"mongodb-{service}"]["command"]
        assert command[command.index("--replSet") + 1] == f"rs-{service}"
        # What a killed worker had open must not outlive a saga's patience.
        assert "transactionLifetimeLimitSeconds=5" in command


def test_kafka_answers_inside_and_outside_by_different_names() -> None:
    """A client goes where the broker says it is."""
    environment = CONTAINERS["kafka"]["environment"]
    told = environment["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert told == ["BACKPLANE://kafka:9092", "HOST://localhost:9092"]
    assert CONTAINERS["order-web"]["environment"]["LOG_URL"] == "kafka://kafka:9092"
    listeners = dict(
        one.split("://") for one in environment["KAFKA_LISTENERS"].split(",")
    )
    outside = PORTS["kafka"].rpartition(":")[2]
    assert (listeners["BACKPLANE"], listeners["HOST"]) == (":9092", f":{outside}")


def test_the_edge_has_no_database_on_it() -> None:
    """Who is reached from outside first reaches no data by itself."""
    edge = {name for name, one in CONTAINERS.items() if "edge" in one["networks"]}
    shown = {"nginx", "kafka-ui", "prometheus", "grafana"}
    assert edge == {*own("web"), SHOP, *shown}
    assert CONTAINERS["nginx"]["networks"] == ["edge"]
    assert {one for c in CONTAINERS.values() for one in c["networks"]} == set(
        compose_file()["networks"]
    )


def test_demo_is_open_to_the_networks_of_the_containers() -> None:
    """And to no other that somebody chose."""
    environment = CONTAINERS["order-web"]["environment"]
    given: Mapping[str, str] = {"EDGE_SUBNET": "10.9.0.0/24"}
    opened = filled(environment["DEMO_NETWORKS"], given).split(",")
    networks: dict[str, Any] = compose_file()["networks"]
    subnets = [
        filled(networks[name]["ipam"]["config"][0]["subnet"], given)
        for name in ("edge", "backplane")
    ]
    assert opened == [*subnets, "192.168.65.0/24"]
