"""What docker-compose.yml, the images, nginx and systemd name exists: what can be said without an engine."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.asterisk import container, render

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILES = sorted((ROOT / "deploy" / "docker").glob("Dockerfile.*"))
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
EXAMPLE = (ROOT / ".env.example").read_text()
CONTAINER_ENV = {
    "ASTERISK_AMI_USER": "platform",
    "ASTERISK_AMI_SECRET": "one",
    "ASTERISK_AMI_EVENTS_USER": "events",
    "ASTERISK_AMI_EVENTS_SECRET": "two",
    "AGI_HOST": "agi",
    "TRUNK_ADDRESSES": "198.51.100.0/24, 203.0.113.7",
    "EXTERNAL_ADDRESS": "203.0.113.1",
}


def management_command_exists(name: str) -> bool:
    own = any(ROOT.glob(f"*/management/commands/{name}.py")) or any(
        ROOT.glob(f"*/*/management/commands/{name}.py")
    )
    return own or name in {"migrate", "collectstatic"}


def assert_command_exists(words: list[str]) -> None:
    """A command of ours: what it runs and what it names are there."""
    program = Path(words[0]).name
    if "manage.py" in words:
        assert management_command_exists(words[words.index("manage.py") + 1]), words
    elif program == "uvicorn":
        module, _, attribute = words[1].partition(":")
        assert (find_spec(module) is not None, attribute) == (True, "application"), words
    elif program == "celery":
        assert find_spec(words[words.index("-A") + 1] + ".celery"), words
    elif words[1:2] == ["-m"]:
        assert find_spec(words[2]), words
    else:
        assert program in {"redis-server", "postgres", "asterisk"}, words


def names_read_by_settings() -> set[str]:
    text = "\n".join(path.read_text() for path in (ROOT / "callcenter" / "settings").glob("*.py"))
    return set(re.findall(r'env\.\w+\(\s*"(\w+)"', text)) | {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_command_of_a_service_exists(name: str) -> None:
    command = SERVICES[name].get("command")
    if command:
        assert_command_exists(command)
    health = SERVICES[name].get("healthcheck", {}).get("test", [""])
    if "python" in health:
        assert find_spec(health[-1])


@pytest.mark.parametrize("name", ["web", "telephony", "agi", "worker", "beat", "migrate"])
def test_every_variable_of_a_process_is_read_by_the_settings(name: str) -> None:
    assert set(SERVICES[name]["environment"]) - names_read_by_settings() == set()


def test_asterisk_starts_from_the_variables_of_its_service() -> None:
    given = {
        key: "1.2.3.4" if "ADDRESS" in key else str(v)
        for key, v in SERVICES["asterisk"]["environment"].items()
    }
    assert container.values(given, Path("/modules"), "172.18.0.5")["AGI_HOST"] == "agi"


def test_every_name_to_be_filled_in_stands_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert wanted - set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE)) == set()


def test_every_folder_and_image_source_exists() -> None:
    builds = [service["build"] for service in SERVICES.values() if "build" in service]
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    sources = {re.sub(r"\$\{\w+:-(.*?)\}", r"\1", mount).split(":")[0] for mount in mounts}
    assert all((ROOT / build["dockerfile"]).is_file() for build in builds)
    assert all((ROOT / s).exists() if s.startswith(".") else s in COMPOSE["volumes"] for s in sources)


def test_services_wait_only_for_services_that_exist() -> None:
    waits = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    assert waits - set(SERVICES) == set()


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_what_an_image_copies_and_runs_exists(path: Path) -> None:
    text = path.read_text()
    copies = [line.split()[1:-1] for line in text.splitlines() if re.match(r"COPY (?!--from)", line)]
    assert all((ROOT / source).exists() for sources in copies for source in sources)
    command = re.search(r"^CMD (\[.*?\])", text.replace("\\\n", " "), re.MULTILINE)
    assert command
    assert_command_exists(yaml.safe_load(command[1]))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_starts_exists(path: Path) -> None:
    start = re.search(r"^ExecStart=(.*)$", path.read_text(), re.MULTILINE)
    assert start
    assert_command_exists(start[1].split())


def test_nginx_names_only_services_of_the_composition() -> None:
    text = (ROOT / "deploy" / "nginx" / "callcentre.conf").read_text()
    hosts = set(re.findall(r"(?:server|proxy_pass http://)\s*(\w+):\d+", text))
    assert (hosts - set(SERVICES), text.count("{")) == (set(), text.count("}"))


def test_the_image_has_the_node_and_python_that_the_project_asks_for() -> None:
    text = (ROOT / "deploy" / "docker" / "Dockerfile.web").read_text()
    python = re.search(r"FROM python:3\.(\d+)", text)
    node = re.search(r"FROM node:(\d+)", text)
    assert python
    assert node
    assert (11 <= int(python[1]) <= 13, int(node[1]) >= 22) == (True, True)


def compose_runs() -> bool:
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not compose_runs(), reason="no docker compose here")
def test_the_engine_reads_the_composition() -> None:
    given = dict.fromkeys(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE), "203.0.113.1")
    command = ["docker", "compose", "config", "-q"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | given, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_fills_every_template(tmp_path: Path) -> None:
    values = container.values(CONTAINER_ENV, tmp_path, "172.18.0.5") | {"LOG_DIR": str(tmp_path / "log")}
    render.write_configuration(tmp_path, values)
    rtp, pjsip = ((tmp_path / "etc" / name).read_text() for name in ("rtp.conf", "pjsip.conf"))
    assert "172.18.0.5 => 203.0.113.1" in rtp
    assert "match = 198.51.100.0/24\nmatch = 203.0.113.7/32" in pjsip
    assert "external_media_address=203.0.113.1" in pjsip


@pytest.mark.parametrize("name", ["ASTERISK_AMI_SECRET", "TRUNK_ADDRESSES", "AGI_HOST"])
def test_the_container_refuses_to_start_without(name: str) -> None:
    without = {key: value for key, value in CONTAINER_ENV.items() if key != name}
    with pytest.raises(container.BadEnvironment, match=name):
        container.values(without, Path("/modules"), "172.18.0.5")


def test_the_container_refuses_a_trunk_that_is_no_address() -> None:
    with pytest.raises(ValueError, match="carrier"):
        container.values(CONTAINER_ENV | {"TRUNK_ADDRESSES": "carrier"}, Path("/modules"), "172.18.0.5")
