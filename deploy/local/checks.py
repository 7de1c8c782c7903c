"""`./run check`: what can be said about the code without running it. All checks run; any may fail."""

import argparse
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import environment, frontend, paths, progress, testing


@dataclass(frozen=True)
class Check:
    """One command of the list."""

    title: str
    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    cwd: Path = paths.ROOT


def tool(name: str) -> str:
    return str(paths.VENV / "bin" / name)


def checks(npm_env: dict[str, str]) -> list[Check]:
    """The list, which is also the build server's (.ci/run)."""
    python = str(paths.PYTHON)
    test_settings = {"DJANGO_SETTINGS_MODULE": "callcenter.settings.test"}
    # What `check --deploy` wants to see of a server; no value is used.
    server = {
        "DJANGO_SETTINGS_MODULE": "callcenter.settings.prod",
        "SECRET_KEY": "not-a-key-" * 6,
        "ALLOWED_HOSTS": "centre.example",
    }
    return [
        Check("ruff check", [tool("ruff"), "check", "--output-format", "concise", "."]),
        Check("ruff format", [tool("ruff"), "format", "--check", "."]),
        Check("import contracts", [tool("lint-imports")]),
        Check("types", [tool("mypy")], test_settings),
        Check("django check", [python, "manage.py", "check", "--fail-level", "WARNING"], test_settings),
        Check(
            "django check --deploy",
            [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            server,
        ),
        Check("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"], test_settings),
        Check("translations", [python, "-m", "deploy.checks.translations"]),
        Check("coverage.md is current", [python, "-m", "deploy.checks.coverage", "--check"]),
        Check("front end: types and lint", ["npm", "run", "--silent", "check"], npm_env, paths.FRONTEND),
        Check("front end: tests", ["npm", "run", "--silent", "test"], npm_env, paths.FRONTEND),
    ]


def run(_options: argparse.Namespace) -> int:
    """Run every check; show the output of those that fail."""
    progress.say("Checks")
    testing.prepare()
    npm_env = frontend.ensure_packages()
    failed = [check.title for check in checks(npm_env) if not passes(check)]
    progress.say(f"\nFAILED: {', '.join(failed)}" if failed else "\nAll checks pass.")
    return 1 if failed else 0


def passes(check: Check) -> bool:
    begun = time.monotonic()
    done = subprocess.run(
        check.argv,
        cwd=check.cwd,
        env={**environment.clean(), **check.env},
        capture_output=True,
        text=True,
        check=False,
    )
    mark = "✗" if done.returncode else "✓"
    progress.say(f"  {mark} {check.title} ({time.monotonic() - begun:.1f} s)")
    if done.returncode:
        progress.say((done.stdout + done.stderr).rstrip() + "\n")
    return done.returncode == 0
