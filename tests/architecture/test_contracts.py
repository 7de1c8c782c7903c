"""Rules about the project as a whole."""

import csv
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written so that this file does not contain what it looks for.
FORBIDDEN = {
    "a path of one machine": re.compile(r"/" + r"work/(?:main|shared)|/" + r"root/|/" + r"home/\w+/"),
    "a private registry": re.compile(
        r"https?://[\w.-]*(?:artifactory|nexus|jfrog|mirror)[\w.-]*/", re.IGNORECASE
    ),
    "a password in an address": re.compile(r"(?:postgres|redis)://\w*:(?!password@)[A-Za-z0-9]{12,}@"),
}
BINARY = {".png", ".jpg", ".wav", ".ico", ".woff2", ".xlsx", ".gz", ".mo"}


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_committed_names(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in committed_files()
        if (match := FORBIDDEN[what].search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


def test_apps_import_only_what_lies_below_them() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_locks_for_pip_hold_the_versions_of_the_lock_for_uv() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    known = {(package["name"], package["version"]) for package in packages if "version" in package}
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pinned = {
            (m[1], m[2]) for m in re.finditer(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", text, re.MULTILINE)
        }
        assert pinned - known == set()


def test_every_package_that_the_project_asks_for_is_in_the_lock_for_pip() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.match(r"[\w.-]+", line)[0] for line in project["project"]["dependencies"]}  # type: ignore[index]
    text = (ROOT / "requirements.lock").read_text()
    assert wanted - set(re.findall(r"^([\w.-]+)(?:\[.*?\])?==", text, re.MULTILINE)) == set()


def test_every_requirement_is_listed_once() -> None:
    with (ROOT / "docs" / "requirements-rows.csv").open(encoding="utf-8", newline="") as stream:
        ids = [row["id"] for row in csv.DictReader(stream)]
    rows = [name for name in ids if not name.startswith("KPI")]
    assert (len(ids), len(set(ids)), len(rows)) == (353, 353, 330)


def test_the_tests_name_only_requirements_that_exist() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.checks.coverage", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "not in requirements-rows.csv" not in done.stdout
