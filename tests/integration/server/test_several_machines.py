"""What deploys Attune on several machines fits together, and what it names is what the program knows.

Neither containers nor Kubernetes run here: their files are held against the settings, haproxy.cfg, the
Containerfile and the requirements.
"""

import re
import subprocess
from string import Template
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from sqlalchemy import make_url

from dashboard.settings import PREFIX, Settings, load_settings
from tests import ROOT
from tests.made.turn_server import COTURN, needs_coturn

CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
PROXY = (ROOT / "haproxy.cfg").read_text(encoding="utf-8")
GUIDE = (ROOT / "MACHINES.md").read_text(encoding="utf-8")
[PORT] = re.findall(r"^EXPOSE (\d+)$", CONTAINER, re.MULTILINE)
GIVEN = {
    "ADDRESS": "https://attune.example.org",
    "PASSWORD": "only-for-this-test",
    "TURN_HOST": "turn.example.org",
    "TURN_SECRET": "only-for-this-test-too",
}
"""What stands in .env."""
SERVERS = ("one", "two")


def composed() -> dict[str, Any]:
    """compose.yaml with what .env gives; a name that .env does not give fails."""
    text = re.sub(r"\$\{(\w+):\?\}", r"${\1}", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services: dict[str, Any] = yaml.safe_load(Template(text).substitute(GIVEN))
    return services


def cluster() -> dict[str, Any]:
    [text] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    described: dict[str, Any] = yaml.safe_load(text)
    return described


def asked_for(extra: str) -> dict[str, Requirement]:
    """The packages of the Containerfile's EXTRA, by name."""
    return {one.name: one for one in map(Requirement, extra.split())}


def wanted() -> dict[str, Requirement]:
    lines = (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.partition("#")[0]) for line in lines if not line.startswith("#")]
    return {one.name: one for one in found}


@pytest.mark.parametrize("name", SERVERS)
def test_the_program_takes_the_settings_of_each_composed_server(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = dict(composed()["services"][name]["environment"])
    del environment["PGPASSWORD"]  # PostgreSQL's own client reads it
    assert {one.removeprefix(PREFIX).lower() for one in environment} <= set(Settings.model_fields)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    told = load_settings()
    assert told.public_origins == (GIVEN["ADDRESS"],)
    assert told.server_url == f"{GIVEN['ADDRESS']}/?server={name}"
    assert told.turn_secret is not None and told.turn_secret.get_secret_value() == GIVEN["TURN_SECRET"]
    assert told.ice_servers == [
        {"urls": f"turn:{GIVEN['TURN_HOST']}:3478"}
    ]  # coturn's port, where none is set


def test_the_composed_servers_are_those_of_the_proxy_at_the_container_s_port() -> None:
    services = composed()["services"]
    led_to = dict(re.findall(rf"^    server (\w+) (\w+):{PORT} cookie \1$", PROXY, re.MULTILINE))
    assert led_to == {name: name for name in SERVERS}
    for name in SERVERS:
        assert f"use-server {name} if {{ var(txn.wanted) -m str {name} }}" in PROXY
    [published] = services["proxy"]["ports"]
    assert f"bind :{published.rpartition(':')[2]}\n" in PROXY
    assert set(services["proxy"]["depends_on"]) == set(SERVERS)


def test_the_composed_database_is_the_one_that_servers_ask_and_its_rows_outlive_it() -> None:
    described = composed()
    database = described["services"]["database"]
    for name in SERVERS:
        given, told = described["services"][name]["environment"], database["environment"]
        url = make_url(given["ATTUNE_DATABASE_URL"])
        assert url.host in described["services"] and url.get_driver_name() == "psycopg"
        assert (url.username, url.database) == (told["POSTGRES_USER"], told["POSTGRES_DB"])
        assert url.password is None and given["PGPASSWORD"] == told["POSTGRES_PASSWORD"]
        assert described["services"][name]["depends_on"] == {url.host: {"condition": "service_healthy"}}
    [volume] = database["volumes"]
    assert volume.partition(":")[0] in described["volumes"]


def test_composed_images_are_built_and_mounted_from_files_that_are_here() -> None:
    services = composed()["services"]
    for name in SERVERS:
        build = services[name]["build"]
        assert (ROOT / build["context"] / build["dockerfile"]).is_file()
        assert all(f"ARG {one}=" in CONTAINER for one in build["args"])
        [driver] = asked_for(build["args"]["EXTRA"]).values()
        assert driver == wanted()["psycopg"]
    [mounted] = services["proxy"]["volumes"]
    assert (ROOT / mounted.partition(":")[0]).is_file()


@needs_coturn
def test_coturn_knows_what_it_is_composed_with() -> None:
    told = subprocess.run([str(COTURN), "--help"], capture_output=True, text=True, check=False)
    known = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*|(?<=, )--?[a-z-]+", told.stdout + told.stderr))
    command = composed()["services"]["turn"]["command"]
    assert {one.partition("=")[0] for one in command} <= known
    assert f"--static-auth-secret={GIVEN['TURN_SECRET']}" in command


def test_the_kubernetes_cluster_is_one_that_rays_operator_takes() -> None:
    described, extra = cluster(), re.findall(r'EXTRA="([^"]+)"', GUIDE)
    assert (described["apiVersion"], described["kind"]) == ("ray.io/v1", "RayCluster")
    version, packages = described["spec"]["rayVersion"], asked_for(extra[0])
    assert set(packages) == set(wanted())
    assert str(packages["ray"].specifier) == f"=={version}" and version in wanted()["ray"].specifier
    assert packages["ray"].extras == {"default"}, "the operator asks the dashboard's agent how a node is"
    for group in (described["spec"]["headGroupSpec"], *described["spec"]["workerGroupSpecs"]):
        assert isinstance(group["rayStartParams"], dict)
        assert all(isinstance(one, str) for one in group["rayStartParams"].values())
        pod = group["template"]["spec"]
        [container] = pod["containers"]
        assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}
        assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]
    [workers] = described["spec"]["workerGroupSpecs"]
    assert workers["minReplicas"] <= workers["replicas"] <= workers["maxReplicas"]
