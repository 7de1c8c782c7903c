"""`./run demo`: the whole centre, from nothing to a page that answers."""

import argparse
import os
import subprocess
import time
import urllib.request

from deploy.local import (
    asterisk,
    environment,
    frontend,
    paths,
    processes,
    progress,
    python_env,
    services,
    sources,
    translations,
)
from deploy.local.supervisor import Program, Supervisor

HOST = "127.0.0.1"
HEALTHY_SECONDS = 20


def run(options: argparse.Namespace) -> int:
    """Start everything, say where it is, and keep it running until Ctrl-C."""
    begun = time.monotonic()
    instance = paths.instance(options.instance)
    held = services.lock(instance)
    (instance.folder / "pid").write_text(str(os.getpid()))
    instance.ready_file.unlink(missing_ok=True)
    progress.say("Railway call centre")
    build = install()
    supervisor = Supervisor(instance)
    supervisor.catch_signals()
    try:
        env = services.Services(instance).start(supervisor)
        env = {**environment.clean(), **complete(instance, env)}
        said = prepare(instance, env, build)
        start_processes(supervisor, instance, env)
        tell(env, said, time.monotonic() - begun)
        instance.ready_file.touch()
        supervisor.watch()
    finally:
        instance.ready_file.unlink(missing_ok=True)
        progress.say("\nStopping …")
        supervisor.stop()
        held.close()
    progress.say("Everything is stopped. ./run demo starts it again with the same data.")
    return 0


def install() -> str:
    """Packages, pages and languages; return the front end's hash."""
    python_env.ensure()
    build = frontend.ensure()
    with progress.step("Translations"):
        translations.compile_all()
    return build


def complete(instance: paths.Instance, env: dict[str, str]) -> dict[str, str]:
    """Add what only the whole centre needs, and write the environment again."""
    values = {
        "DEMO": "true",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "STATIC_ROOT": str(instance.folder / "static"),
        **env,
    }
    environment.write(instance, values)
    return values


def prepare(instance: paths.Instance, env: dict[str, str], build: str) -> str:
    """Tables, static files and the demo's people and data; return what seed_demo said.

    What was done for this very code is not done again, unless the database or Asterisk is somebody else's.
    """
    code = sources.digest_of_code()
    given = environment.given()
    is_ours = not (given.has_database or given.has_asterisk)
    collect = ["collectstatic", "--no-input", "--clear", "-v", "0"]
    once(instance, "static", f"{build} {code}", "Static files", collect, env)
    mark = code if is_ours else ""
    once(instance, "tables", mark, "Tables", ["migrate", "--no-input", "-v", "0"], env)
    return once(instance, "seed", mark, "Demo centre", ["seed_demo"], env)


def once(
    instance: paths.Instance, name: str, mark: str, title: str, arguments: list[str], env: dict[str, str]
) -> str:
    """Run a manage.py command unless it ran for the same mark; return what it said, now or then."""
    memory = instance.folder / f"{name}.done"
    have, _, said = memory.read_text(encoding="utf-8").partition("\n") if memory.exists() else ("", "", "")
    if mark and have == mark:
        return said
    with progress.step(title):
        said = manage(arguments, env, instance)
    memory.write_text(f"{mark}\n{said}", encoding="utf-8")
    return said


def manage(arguments: list[str], env: dict[str, str], instance: paths.Instance) -> str:
    """Run manage.py to its end; return what it printed, or stop with the end of what it complained."""
    log = instance.log_folder / "manage.log"
    with log.open("ab") as errors:
        done = subprocess.run(
            [paths.PYTHON, "manage.py", *arguments],
            cwd=paths.ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            check=False, preexec_fn=processes.die_with_parent,
        )  # fmt: skip
    if done.returncode:
        raise progress.Stop(f"manage.py {arguments[0]} failed:\n{processes.tail(log, 25)}\n\nLog: {log}")
    return done.stdout.decode(errors="replace").rstrip()


def programs(instance: paths.Instance, env: dict[str, str]) -> list[Program]:
    """The platform's own processes, as docs/operations.md lists them."""
    python = str(paths.PYTHON)
    celery = [python, "-m", "celery", "--quiet", "-A", "callcenter"]
    web_port, agi_port = int(env["WEB_PORT"]), int(env["AGI_PORT"])
    commands: dict[str, list[str]] = {
        "telephony": [python, "manage.py", "run_telephony"],
        "agi": [python, "manage.py", "run_agi"],
        "web": [
            python, "-m", "uvicorn", "callcenter.asgi:application", "--host", HOST, "--port", str(web_port),
            "--ws", "websockets-sansio", "--ws-per-message-deflate", "false",
            "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3",
        ],
        "worker": [
            *celery, "worker", "--loglevel", "WARNING", "--concurrency", "2",
            "--without-gossip", "--without-mingle", "-n", f"{instance.name}@%h",
        ],
        "beat": [
            *celery, "beat", "--loglevel", "WARNING", "--pidfile=",
            "--schedule", str(instance.folder / "beat-schedule"),
        ],
    }  # fmt: skip
    ready = {
        "web": lambda: processes.is_listening(web_port),
        "agi": lambda: processes.is_listening(agi_port),
        "telephony": lambda: asterisk.hears_telephony(instance),
    }
    return [
        Program(name=name, argv=argv, env=env, cwd=paths.ROOT, is_ready=ready.get(name))
        for name, argv in commands.items()
    ]


def start_processes(supervisor: Supervisor, instance: paths.Instance, env: dict[str, str]) -> None:
    """Start them side by side, then wait for those that answer."""
    with progress.step("web, telephony, agi, worker, beat"):
        supervisor.start_together(programs(instance, env), wait_seconds=90)
        if not processes.wait_until(lambda: is_healthy(env), HEALTHY_SECONDS, every=1):
            progress.warn(f"not everything is well yet: http://localhost:{env['WEB_PORT']}/health/ says what")


def is_healthy(env: dict[str, str]) -> bool:
    """Whether the health page says that a call can be made."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{env['WEB_PORT']}/health/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def tell(env: dict[str, str], said: str, seconds: float) -> None:
    """The last lines before the logs: where to look and who to be."""
    progress.say(f"\nThe centre is up after {seconds:.0f} s:  http://localhost:{env['WEB_PORT']}/\n")
    if said:
        progress.say(said + "\n")
    if not asterisk.has_outside_address():
        progress.warn(
            "no network address besides loopback here: browsers cannot talk to Asterisk. Add one:\n"
            "    sudo ip addr add 192.0.2.9/32 dev lo"
        )
    progress.say("Passengers who call:  ./run call --count 3        Ctrl-C here stops everything.\n")
