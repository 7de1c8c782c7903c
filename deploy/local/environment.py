"""The instance's environment variables: what a person gave, else what the instance runs itself."""

import json
import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local import paths

# Set in everything we start: values beside it are an instance's own, not a person's wish.
MARK = "RUN_INSTANCE"
OURS = (
    "SECRET_KEY", "DEBUG", "DEMO", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "REDIS_URL",
    "TIME_ZONE", "ASTERISK_NAME", "ASTERISK_AMI_HOST", "ASTERISK_AMI_PORT", "ASTERISK_AMI_USER",
    "ASTERISK_AMI_SECRET",
    "ASTERISK_AMI_EVENTS_USER", "ASTERISK_AMI_EVENTS_SECRET", "ASTERISK_WS_URL", "ASTERISK_SIP_HOST",
    "ASTERISK_SIP_PORT", "ASTERISK_SIP_DOMAIN", "ASTERISK_SOUNDS_DIR", "ASTERISK_LOG_DIR", "AGI_HOST",
    "AGI_PORT", "WEB_PORT",
)  # fmt: skip
# A checkout's .env may hold these too; a variable given on the command line wins.
ENV_FILE = ".env"


@dataclass(frozen=True)
class Given:
    """What a person asked for in the environment or in .env."""

    values: dict[str, str]

    @property
    def has_database(self) -> bool:
        return bool(self.values.get("DATABASE_URL"))

    @property
    def has_redis(self) -> bool:
        return bool(self.values.get("REDIS_URL"))

    @property
    def has_asterisk(self) -> bool:
        return bool(self.values.get("ASTERISK_AMI_HOST"))

    def port(self, name: str) -> int | None:
        text = self.values.get(name)
        return int(text) if text else None


def given(environ: Mapping[str, str] = os.environ) -> Given:
    """Return a person's wishes. Inside something we started, the variables are ours and count for nothing."""
    wishes = read_env_file()
    if MARK not in environ:
        wishes.update({name: environ[name] for name in OURS if environ.get(name)})
    if not wishes.get("ASTERISK_AMI_HOST"):
        # What .env holds for the containers' Asterisk says nothing about one of our own.
        wishes = {name: value for name, value in wishes.items() if not name.startswith("ASTERISK_")}
    return Given(wishes)


def read_env_file() -> dict[str, str]:
    """NAME=value lines of .env; comments and `export` are understood."""
    path = paths.ROOT / ENV_FILE
    if not path.is_file():
        return {}
    lines = (line.strip().removeprefix("export ") for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=")[::2] for line in lines if "=" in line and not line.startswith("#"))
    return {
        name.strip(): "".join(shlex.split(value))
        for name, value in pairs
        if name.strip() in OURS and value.strip()
    }


def instance_secrets(instance: paths.Instance) -> dict[str, str]:
    """Passwords made once for the instance and readable by its owner only."""
    path = instance.folder / "secrets.json"
    if not path.exists():
        names = ("secret_key", "postgres", "valkey", "ami", "ami_events")
        path.write_text(json.dumps({name: secrets.token_urlsafe(32) for name in names}))
        path.chmod(0o600)
    values: dict[str, str] = json.loads(path.read_text())
    return values


def clean(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment without anything that would lead Python or Django elsewhere."""
    unwanted = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", *OURS}
    return {name: value for name, value in environ.items() if name not in unwanted}


def write(instance: paths.Instance, values: Mapping[str, str]) -> None:
    """Write .run/<instance>/env, to be sourced by a shell."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(values.items())]
    instance.env_file.touch(mode=0o600)
    instance.env_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(instance: paths.Instance) -> dict[str, str]:
    """The variables of an instance that runs, or ran; empty when it never did."""
    if not instance.env_file.exists():
        return {}
    lines = instance.env_file.read_text(encoding="utf-8").splitlines()
    pairs = (line.removeprefix("export ").partition("=")[::2] for line in lines)
    return {name: "".join(shlex.split(value)) for name, value in pairs}
