"""PostgreSQL, Valkey and Asterisk of an instance: the part of every command that runs the platform."""

import fcntl
from dataclasses import dataclass, field
from typing import IO

from deploy.local import asterisk, environment, paths, ports, postgres, processes, progress, valkey
from deploy.local.supervisor import Supervisor


class AlreadyRunning(progress.Stop):
    """Another `./run` holds the instance."""


def lock(instance: paths.Instance) -> IO[str]:
    """Hold the instance for this process; two of the same name in one checkout would share data folders."""
    handle = (instance.folder / "lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise AlreadyRunning(
            f"instance “{instance.name}” already runs in this checkout: stop it (Ctrl-C there, or "
            f"./run stop --instance {instance.name}), or use another name (--instance NAME)."
        ) from None
    return handle


@dataclass
class Services:
    """What an instance stands on. `start` brings it up and returns; the supervisor keeps it running."""

    instance: paths.Instance
    # Tests throw the data away, so it need not survive a power cut.
    durable: bool = True
    settings: str = "callcenter.settings.dev"
    reservations: ports.Reservations = field(default_factory=ports.Reservations)
    env: dict[str, str] = field(default_factory=dict)
    server: postgres.Postgres | None = None
    pbx: asterisk.Asterisk | None = None

    def start(self, supervisor: Supervisor) -> dict[str, str]:
        """Start whatever was not given from outside; return and write the instance's environment."""
        given = environment.given()
        fixed = {"web": given.port("WEB_PORT"), "agi": given.port("AGI_PORT")}
        chosen = ports.for_instance(
            self.instance, self.reservations, {name: port for name, port in fixed.items() if port}
        )
        secrets = environment.instance_secrets(self.instance)
        self.env = self.own_values(chosen, secrets)
        if not given.has_asterisk:
            self.prepare_asterisk(chosen, secrets)
        if not given.has_database:
            self.start_postgres(supervisor, chosen["postgres"], secrets["postgres"])
        if not given.has_redis:
            with progress.step(f"Valkey on port {chosen['valkey']}"):
                supervisor.start(valkey.program(self.instance, chosen["valkey"], secrets["valkey"]))
            self.env["REDIS_URL"] = valkey.url(chosen["valkey"], secrets["valkey"])
        if self.pbx:
            with progress.step(f"Asterisk on ports {chosen['sip']} (SIP), {chosen['http']} (ws)"):
                supervisor.start(self.pbx.program())
        self.env.update(given.values)
        environment.write(self.instance, self.env)
        return self.env

    def own_values(self, chosen: dict[str, int], secrets: dict[str, str]) -> dict[str, str]:
        return {
            environment.MARK: str(self.instance.folder),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "SECRET_KEY": secrets["secret_key"],
            "TIME_ZONE": "Asia/Shanghai",
            "WEB_PORT": str(chosen["web"]),
            "AGI_HOST": "127.0.0.1",
            "AGI_PORT": str(chosen["agi"]),
            "ASTERISK_NAME": "pbx1",
            "PYTHONUNBUFFERED": "1",
        }

    def start_postgres(self, supervisor: Supervisor, port: int, password: str) -> None:
        with progress.step(f"PostgreSQL on port {port}"):
            server = postgres.for_instance(self.instance, port, password, durable=self.durable)
            server.prepare()
            supervisor.start(server.program())
            server.ensure_database()
        self.server = server
        self.env["DATABASE_URL"] = server.url

    def prepare_asterisk(self, chosen: dict[str, int], secrets: dict[str, str]) -> None:
        if not asterisk.is_fetched():
            with progress.step("Asterisk 22 from the distribution's packages (50 MB, once for each user)"):
                asterisk.fetch(self.instance.log_folder / "setup.log")
        pbx = asterisk.Asterisk(self.instance, chosen, secrets)
        pbx.prepare()
        self.pbx = pbx
        self.env |= {
            "ASTERISK_AMI_HOST": "127.0.0.1",
            "ASTERISK_AMI_PORT": str(chosen["ami"]),
            "ASTERISK_AMI_USER": "platform",
            "ASTERISK_AMI_SECRET": secrets["ami"],
            "ASTERISK_AMI_EVENTS_USER": "events",
            "ASTERISK_AMI_EVENTS_SECRET": secrets["ami_events"],
            "ASTERISK_WS_URL": f"ws://127.0.0.1:{chosen['http']}/ws",
            "ASTERISK_SIP_HOST": "127.0.0.1",
            "ASTERISK_SIP_PORT": str(chosen["sip"]),
            "ASTERISK_SIP_DOMAIN": "127.0.0.1",
            "ASTERISK_SOUNDS_DIR": str(pbx.sounds_dir),
            "ASTERISK_LOG_DIR": str(pbx.log_dir),
        }

    def forget(self) -> None:
        """Remove what lies outside the instance's folder (`Postgres.folder`, `Instance.socket_folder`)."""
        if self.server:
            self.server.forget()
        asterisk.forget_socket(self.instance)


def stop_running(instance: paths.Instance) -> bool:
    """Ask the `./run` that holds the instance to stop, and wait for it; False when none runs."""
    try:
        pid = int((instance.folder / "pid").read_text())
    except (OSError, ValueError):
        return False
    if not processes.is_alive(pid) or "run" not in processes.command_of(pid):
        return False
    processes.end_left_over(instance.folder / "pid", "run", seconds=60)
    return True
