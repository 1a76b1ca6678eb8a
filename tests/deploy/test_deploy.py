"""What `deploy/` holds, as far as it can be looked at without containers and a cluster.

Helm is no package of Debian, PyPI or npm. So what it makes of the chart is kept (`rendered.yaml`, `scripts/chart.py`),
and the chart must be what that was made from.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tamada.cli.up import PARTS
from tamada.config import env
from tests.helpers.data import ROOT

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "tamada"
RENDERED = Path(__file__).with_name("rendered.yaml")
KUBERNETES = ("1.29", "1.34")

pytestmark = pytest.mark.sqlite


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("chart", ROOT / "scripts" / "chart.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- Compose ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def test_the_compose_file_is_one() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [str(program), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_services_name_what_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        needs = service.get("depends_on", {})
        assert set(needs) <= set(services), name
        for other, how in needs.items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other], (name, other)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"], name
    assert (DEPLOY / services["web"]["build"]["context"] / services["web"]["build"]["dockerfile"]).exists()
    ours = {name for name, service in services.items() if service["image"] == "tamada"}
    assert {_only(services[name]["command"]) for name in ours} == set(PARTS)


def _only(command: list[str]) -> str:
    return command[command.index("--only") + 1]


def test_its_settings_are_settings(compose: dict[str, Any]) -> None:
    named = set(compose["services"]["web"]["environment"])
    assert named <= set(env.NAMES) | {"TAMADA_DATA_DIR"}
    assert {"TAMADA_SECRET_KEY", "TAMADA_DATABASE_URL", "TAMADA_REDIS_URL", "TAMADA_SHARED_DIR"} <= named


def test_the_image_starts_what_there_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    copied = re.findall(r"^(?:CMD|ENTRYPOINT) (\[.*\])$", text, re.MULTILINE)
    assert [json.loads(line) for line in copied] == [["tamada"], ["up", "--host", "0.0.0.0"]]
    version = re.findall(r"^FROM python:(\d+)\.(\d+)-slim", text, re.MULTILINE)
    assert len(set(version)) == 1
    assert tuple(map(int, version[0])) >= (3, 11)
    assert "USER 10001" in text


# -- systemd ----------------------------------------------------------------------------------------------------------


UNITS = sorted((DEPLOY / "systemd").iterdir())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_units_are_as_systemd_wants_them(tmp_path: Path) -> None:
    """With programs and units that are not on this machine left out of account."""
    program = tmp_path / "tamada"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS:
        text = unit.read_text().replace("/opt/tamada/.venv/bin/tamada", str(program))
        (tmp_path / unit.name.replace("@", "@web")).write_text(text.replace("%i", "web"))
    files = [str(file) for file in tmp_path.iterdir() if file.suffix in (".service", ".timer")]
    environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], env=environment, capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "tamada" in line]
    assert not said


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_says_what_it_needs(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert not [line for line in lines if line and not re.match(r"#|\[\w+\]$|\w+=", line)]
    if unit.suffix == ".service":
        assert "User=tamada" in lines
        assert "NoNewPrivileges=yes" in lines
    if unit.name.startswith("tamada") and "backup" not in unit.name:
        assert "ExecReload=/bin/kill -USR2 $MAINPID" in lines
        assert "KillMode=mixed" in lines


# -- the chart --------------------------------------------------------------------------------------------------------


def test_what_helm_made_of_the_chart_is_kept() -> None:
    kept = RENDERED.read_text().splitlines()[0]
    assert kept == f"# {_script().digest(CHART)}", "The chart changed: render it anew with scripts/chart.py."


@pytest.fixture(scope="module")
def rendered() -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(RENDERED.read_text()) if document]


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_it(rendered: list[dict[str, Any]], version: str) -> None:
    assert len(rendered) >= 8
    for document in rendered:
        kubernetes_validate.validate(document, version, strict=True)


def test_its_parts_fit_each_other(rendered: list[dict[str, Any]]) -> None:
    pods = {one["metadata"]["name"]: one["spec"]["template"] for one in rendered if one["kind"] == "Deployment"}
    for one in rendered:
        if one["kind"] in ("Service", "PodDisruptionBudget"):
            wanted = one["spec"]["selector"]
            wanted = wanted.get("matchLabels", wanted)
            chosen = [pod for pod in pods.values() if wanted.items() <= pod["metadata"]["labels"].items()]
            assert len(chosen) == 1, one["metadata"]["name"]
            ports = {port["name"] for port in chosen[0]["spec"]["containers"][0].get("ports", [])}
            assert {port["targetPort"] for port in one["spec"].get("ports", [])} <= ports
        if one["kind"] == "Deployment":
            assert (
                one["spec"]["selector"]["matchLabels"].items() <= one["spec"]["template"]["metadata"]["labels"].items()
            )
    claims = {one["metadata"]["name"] for one in rendered if one["kind"] == "PersistentVolumeClaim"}
    for pod in pods.values():
        named = [volume["persistentVolumeClaim"]["claimName"] for volume in pod["spec"]["volumes"] if len(volume) > 1
                 and "persistentVolumeClaim" in volume]  # fmt: skip
        assert set(named) == claims
    assert {_only(pod["spec"]["containers"][0]["args"]) for pod in pods.values()} == set(PARTS)


def test_its_settings_are_settings_too(rendered: list[dict[str, Any]]) -> None:
    for one in rendered:
        if one["kind"] == "Deployment":
            container = one["spec"]["template"]["spec"]["containers"][0]
            assert {row["name"] for row in container["env"]} <= set(env.NAMES)
            assert container["envFrom"] == [{"secretRef": {"name": "tamada"}}]
            assert one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 8 + 10


def test_values_are_checked_by_their_schema() -> None:
    import jsonschema

    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(values, schema)
    for name, wrong in (
        ("baseUrl", "desk.company.example"),
        ("existingSecret", ""),
        ("web", {"replicas": 0}),
        ("x", 1),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(values | {name: wrong}, schema)
