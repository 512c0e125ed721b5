"""The manifests are whole, fit their schemas, and start what a local stack starts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from common.conf.service import SERVICES, STOREFRONT
from common.log.port import TopicSpec
from compose.local.topology import repository
from tests.compose.deploy.files import COMPOSE, env_file, local_processes
from tests.test_settings_are_documented import ROWS

ROOT = COMPOSE / "kubernetes"
EXAMPLE = ROOT / "overlays" / "example"
KUSTOMIZATIONS = sorted(ROOT.rglob("kustomization.yaml"))
VERSIONS = ("1.30", "1.33")
# Kubernetes' and ours that are only there to be put together.
BESIDE_SETTINGS = {"PUBLIC_HOSTS", "POD_IP"}
SECRETS = {"SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL"}
KEYS_OF_TOSS = {
    f"TOSS_{kind}_KEY" for kind in ("SECRET", "CLIENT", "BILLING", "CUSTOMER")
}

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Manifest]:
    """All that the example applies, by kind and name; its secrets are made up."""
    tool = shutil.which("kustomize")
    command = [tool, "build"] if tool else [shutil.which("kubectl") or "", "kustomize"]
    if not command[0]:
        pytest.skip(
            "neither kustomize nor kubectl is installed, one of which builds it."
        )
    place = tmp_path_factory.mktemp("kubernetes") / "kubernetes"
    shutil.copytree(ROOT, place)
    overlay = place / "overlays" / "example"
    for example in overlay.glob("secrets/*.example"):
        example.rename(example.with_suffix(""))
    done = subprocess.run(
        [*command, str(overlay)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "deprecated" not in done.stderr.lower()
    found = list(yaml.safe_load_all(done.stdout))
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in found}


def pods(manifests: dict[str, Manifest]) -> Iterator[tuple[str, Manifest]]:
    """The pods of all deployments and jobs, by name."""
    for name, one in manifests.items():
        if one["kind"] in {"Deployment", "Job"}:
            yield name, one["spec"]["template"]["spec"]


def all_containers(manifests: dict[str, Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Their containers, those that run first too."""
    for name, pod in pods(manifests):
        for one in [*pod.get("initContainers", []), *pod["containers"]]:
            yield f"{name}/{one['name']}", one


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=lambda p: p.parent.name)
def test_a_kustomization_lists_what_is_there(path: Path) -> None:
    """Every file and folder, and nothing that is not."""
    listed = yaml.safe_load(path.read_text("utf-8"))
    here = path.parent
    for name in listed["resources"]:
        assert (here / name).exists(), name
    files = {one.name for one in here.glob("*.yaml")} - {path.name}
    assert files == {name for name in listed["resources"] if name.endswith(".yaml")}
    for generator in listed.get("configMapGenerator", []):
        assert all((here / name).is_file() for name in generator["envs"])
    for generator in listed.get("secretGenerator", []):
        # The secrets are not here; how they look is.
        assert all((here / f"{name}.example").is_file() for name in generator["envs"])
        assert not any((here / name).exists() for name in generator["envs"])


def test_the_bases_are_used() -> None:
    """The shape by each service, the services by the base, the base by the example."""
    base = yaml.safe_load((ROOT / "base" / "kustomization.yaml").read_text())
    assert base["resources"] == [*SERVICES, STOREFRONT.name, "network.yaml"]
    for service in (*SERVICES, STOREFRONT.name):
        path = ROOT / "base" / service / "kustomization.yaml"
        assert yaml.safe_load(path.read_text())["resources"] == ["../service"]


def test_the_services_differ_in_name_and_port_only() -> None:
    """Read one, and you have read all."""
    texts = {}
    for service in SERVICES.values():
        text = (ROOT / "base" / service.name / "kustomization.yaml").read_text("utf-8")
        texts[service.name] = text.replace(service.name, "NAME").replace(
            str(service.port), "PORT"
        )
    assert len(set(texts.values())) == 1


def test_the_shop_has_no_worker_and_nothing_to_migrate(
    manifests: dict[str, Manifest],
) -> None:
    """It has no data; what it does have is grown and kept as a service's."""
    found = {name for name in manifests if "storefront" in name}
    found -= {name for name in found if name.startswith(("Secret", "NetworkPolicy"))}
    assert found == {
        "Deployment/storefront-web",
        "HorizontalPodAutoscaler/storefront-web",
        "PodDisruptionBudget/storefront-web",
        "Service/storefront-web",
    }
    web = manifests["Deployment/storefront-web"]["spec"]["template"]
    (one,) = web["spec"]["containers"]
    assert one["ports"] == [{"name": "http", "containerPort": STOREFRONT.port}]
    assert web["metadata"]["annotations"]["prometheus.io/port"] == "3000"
    assert manifests["Service/storefront-web"]["spec"]["ports"][0]["port"] == 3000


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_fits_its_schema(
    manifests: dict[str, Manifest], version: str
) -> None:
    """Strictly: a field that Kubernetes does not know is an error."""
    for one in manifests.values():
        kubernetes_validate.validate(one, version, strict=True)


def test_everything_is_there_for_each_service(manifests: dict[str, Manifest]) -> None:
    """Two deployments with their autoscaler and budget, an address, a migration."""
    for service in SERVICES:
        for role in ("web", "worker"):
            for kind in (
                "Deployment",
                "HorizontalPodAutoscaler",
                "PodDisruptionBudget",
            ):
                assert f"{kind}/{service}-{role}" in manifests
        assert f"Service/{service}-web" in manifests
        assert f"Job/{service}-migrate" in manifests


def test_the_commands_are_those_of_a_local_stack(
    manifests: dict[str, Manifest],
) -> None:
    """A worker is named after its pod."""
    for name, spec in local_processes().items():
        (one,) = manifests[f"Deployment/{name}"]["spec"]["template"]["spec"][
            "containers"
        ]
        command = (*one["command"], *one["args"])
        assert command[0] == "python"
        wanted = spec.command[1:] if spec.kind == "web" else spec.command[1:-1]
        assert command[1:] == wanted


def test_every_pod_has_no_right_it_does_not_need(
    manifests: dict[str, Manifest],
) -> None:
    """What the namespace's rule demands, and a read-only root."""
    for name, pod in pods(manifests):
        rights = pod["securityContext"]
        assert rights["runAsNonRoot"] is True, name
        assert rights["runAsUser"] == 10001, name
        assert rights["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
    for name, one in all_containers(manifests):
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert {"cpu", "memory"} <= one["resources"]["requests"].keys(), name
        assert "memory" in one["resources"]["limits"], name
        assert one["image"] == "registry.example.com/saga-playground:0.1.0", name


def test_web_processes_are_probed_by_a_name_they_answer_to(
    manifests: dict[str, Manifest],
) -> None:
    """A pod's address is no name that production answers to."""
    for service in SERVICES.values():
        pod = manifests[f"Deployment/{service.name}-web"]["spec"]["template"]["spec"]
        (one,) = pod["containers"]
        assert one["ports"] == [{"name": "http", "containerPort": service.port}]
        paths = {}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = one[kind]["httpGet"]
            assert asked["httpHeaders"] == [{"name": "Host", "value": "localhost"}]
            paths[kind] = asked["path"]
        assert paths == {
            "startupProbe": "/livez",
            "livenessProbe": "/livez",
            "readinessProbe": "/readyz",
        }
        hosts = next(v["value"] for v in one["env"] if v["name"] == "ALLOWED_HOSTS")
        assert "localhost" in hosts.split(",")
        assert {f"{name}-web" for name in SERVICES} <= set(hosts.split(","))
        assert [entry["name"] for entry in one["env"]][:2] == ["PUBLIC_HOSTS", "POD_IP"]


def test_workers_are_probed_by_their_pulse(manifests: dict[str, Manifest]) -> None:
    """To live is one thing, to have joined another."""
    for service in SERVICES.values():
        pod = manifests[f"Deployment/{service.name}-worker"]["spec"]["template"]["spec"]
        (one,) = pod["containers"]
        probe = ["python", "-m", "compose.local.probe"]
        asked = {kind: one[kind]["exec"]["command"] for kind in one if "Probe" in kind}
        assert asked == {
            "startupProbe": [*probe, "worker", service.package],
            "livenessProbe": [*probe, "worker", service.package],
            "readinessProbe": [*probe, "joined", service.package],
        }


def test_nothing_starts_before_its_database_is_migrated(
    manifests: dict[str, Manifest],
) -> None:
    """A worker waits for it; a web process is not ready."""
    for service in SERVICES.values():
        pod = manifests[f"Deployment/{service.name}-worker"]["spec"]["template"]["spec"]
        (first,) = pod["initContainers"]
        command = [*first["command"], *first["args"]]
        assert command == [
            "python",
            f"{service.package}/manage.py",
            "migrate",
            "--check",
        ]
        (job,) = manifests[f"Job/{service.name}-migrate"]["spec"]["template"]["spec"][
            "containers"
        ]
        assert job["args"] == ["migrate", service.package]


def test_the_jobs_are_found_by_what_deletes_them(
    manifests: dict[str, Manifest],
) -> None:
    """A job can't be changed: the last version's is deleted first, by its label."""
    rule = "delete job --selector role=migrate --ignore-not-found"
    for told in (EXAMPLE / "kustomization.yaml", repository / "docs" / "growing.md"):
        assert rule in told.read_text("utf-8")
    for service in SERVICES:
        job = manifests[f"Job/{service}-migrate"]
        assert job["metadata"]["labels"]["role"] == "migrate"


def test_workers_grow_with_what_waits_up_to_the_partitions(
    manifests: dict[str, Manifest],
) -> None:
    """One more would have none."""
    for service in SERVICES:
        spec = manifests[f"HorizontalPodAutoscaler/{service}-worker"]["spec"]
        assert spec["scaleTargetRef"]["name"] == f"{service}-worker"
        assert spec["maxReplicas"] == TopicSpec(name="any").partitions
        (metric,) = spec["metrics"]
        asked = metric["external"]["metric"]
        assert asked["name"] == "consumer_lag_messages"
        assert asked["selector"] == {"matchLabels": {"service": service}}


def test_the_adapter_serves_the_metric_that_is_asked_for() -> None:
    """By the name that the autoscalers use, with the label that they choose by."""
    text = (ROOT / "prometheus-adapter-values.yaml").read_text("utf-8")
    (rule,) = yaml.safe_load(text)["rules"]["external"]
    assert rule["name"]["as"] == "consumer_lag_messages"
    assert "sum by (service)" in rule["metricsQuery"]


def test_selectors_find_their_pods(manifests: dict[str, Manifest]) -> None:
    """A budget or an address that chooses nothing protects nothing."""
    for name, one in manifests.items():
        kind, _, full_name = name.partition("/")
        if kind == "Service":
            chosen = one["spec"]["selector"]
        elif kind in {"PodDisruptionBudget", "Deployment"}:
            chosen = one["spec"]["selector"]["matchLabels"]
        else:
            continue
        template = manifests[f"Deployment/{full_name}"]["spec"]["template"]
        assert chosen.items() <= template["metadata"]["labels"].items(), name


def test_the_settings_are_documented_ones(manifests: dict[str, Manifest]) -> None:
    """docs/settings.md has a row for each."""
    settings = set(env_file((EXAMPLE / "settings.env").read_text("utf-8")))
    for path in EXAMPLE.glob("secrets/*.example"):
        secrets = set(env_file(path.read_text("utf-8")))
        addresses = {f"{name.upper()}_URL" for name in SERVICES}
        if path.name == f"{STOREFRONT.name}.env.example":
            assert secrets == {"SECRET_KEY", "TOSS_CLIENT_KEY", *addresses}
            settings |= secrets
            continue
        is_payment = path.name == "payment.env.example"
        # Addresses with a password in them: the order's worker asks for payments, the
        # dashboard asks everybody.
        asked = {"order.env.example": {"PAYMENT_URL"}}
        asked["orchestrator.env.example"] = addresses
        more = KEYS_OF_TOSS if is_payment else asked.get(path.name, set())
        assert secrets == SECRETS | more
        settings |= secrets
    for _, one in all_containers(manifests):
        settings |= {entry["name"] for entry in one.get("env", [])}
    assert settings - BESIDE_SETTINGS <= set(ROWS)


def test_each_service_reads_its_own_secrets(manifests: dict[str, Manifest]) -> None:
    """By the name with the hash, so that a change of them rolls out."""
    for name, one in all_containers(manifests):
        service = name.partition("/")[2].partition("-")[0]
        read = [next(iter(source.values()))["name"] for source in one["envFrom"]]
        assert [part.rpartition("-")[0] for part in read] == [
            "saga-settings",
            f"{service}-secrets",
        ]
        assert f"ConfigMap/{read[0]}" in manifests
        assert f"Secret/{read[1]}" in manifests


def test_the_ingress_leads_where_nginx_does(manifests: dict[str, Manifest]) -> None:
    """The same paths to the same services, and no other."""
    nginx = (COMPOSE / "nginx" / "nginx.conf").read_text("utf-8")
    (rule,) = manifests["Ingress/saga"]["spec"]["rules"]
    leads = {
        path["path"]: path["backend"]["service"]["name"]
        for path in rule["http"]["paths"]
    }
    assert leads == {
        "/api/orders": "order-web",
        "/api/payments": "payment-web",
        "/api/inventory": "inventory-web",
        "/api/reservations": "inventory-web",
        "/api/orchestrator": "orchestrator-web",
        "/static": "orchestrator-web",
        **dict.fromkeys(("/static/ui", "/static/shop"), "storefront-web"),
        **dict.fromkeys(("/static/django_htmx", "/"), "storefront-web"),
    }
    for service in leads.values():
        assert f"http://{service}:" in nginx


def test_who_may_talk_to_whom_is_said(manifests: dict[str, Manifest]) -> None:
    """All is forbidden first, in both directions."""
    nobody = manifests["NetworkPolicy/nobody"]["spec"]
    assert nobody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    to_payment = manifests["NetworkPolicy/to-payment"]["spec"]["ingress"][0]
    (asking,) = to_payment["from"]
    leaving = manifests["NetworkPolicy/worker-to-payment"]["spec"]
    assert asking["podSelector"] == leaving["podSelector"]
    to_services = manifests["NetworkPolicy/storefront-to-services"]["spec"]
    from_shop = manifests["NetworkPolicy/from-storefront"]["spec"]
    (asked,) = to_services["egress"][0]["to"]
    (customer,) = from_shop["ingress"][0]["from"]
    assert asked["podSelector"] == from_shop["podSelector"]
    assert customer["podSelector"] == to_services["podSelector"]
    (reached,) = leaving["egress"][0]["to"]
    labels = reached["podSelector"]["matchLabels"]
    assert (labels["service"], labels["role"]) == ("payment", "web")


def test_only_payments_reach_the_internet(manifests: dict[str, Manifest]) -> None:
    """For Toss, encrypted; by that way no address of a network of one's own."""
    reach_443 = {
        name: one["spec"]
        for name, one in manifests.items()
        if one["kind"] == "NetworkPolicy" and "443" in str(one["spec"].get("egress"))
    }
    (spec,) = reach_443.values()
    assert spec["podSelector"]["matchLabels"]["service"] == "payment"
    (rule,) = spec["egress"]
    assert rule["ports"] == [{"port": 443, "protocol": "TCP"}]
    (where,) = rule["to"]
    assert {"10.0.0.0/8", "192.168.0.0/16"} <= set(where["ipBlock"]["except"])
