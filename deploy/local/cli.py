"""The sub-commands of `./run` and what they take."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from deploy.local import centre, checks, environment, paths, progress, python_env, services, testing
from deploy.local.supervisor import Supervisor

DESCRIPTION = """\
One command for everything. Needs Python 3.11-3.13; the rest goes into this folder and a cache of your own.

  ./run demo       the whole centre with a demo in it; prints the pages and log-ins; Ctrl-C stops all of it
  ./run call       passengers who really call the running centre (./run call --help)
  ./run test       everything the tests need, then the tests (what follows is pytest's: ./run test -k menu -x)
  ./run check      linters, types, import contracts, migrations, translations, front end
  ./run coverage   writes docs/coverage.md: which requirement is shown by which test
  ./run bench      the measurements of docs/performance.md
  ./run manage     Django's manage.py in the instance's environment (./run manage shell)

For developers who run the processes themselves:

  ./run services --instance mine --background     PostgreSQL, Valkey and Asterisk only
  set -a; . .run/mine/env                         their addresses, for your shell
  ./run stop --instance mine

DATABASE_URL, REDIS_URL and ASTERISK_AMI_HOST (and the rest of .env.example) point it at servers of yours.
"""
DEFAULT_INSTANCE = "demo"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="./run", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in ("demo", "services", "stop", "manage", "call", "bench", "test", "check", "coverage"):
        command = commands.add_parser(
            name, allow_abbrev=False, add_help=name in {"demo", "services", "stop", "check"}
        )
        if name in {"demo", "services", "stop", "manage", "call"}:
            command.add_argument("--instance", default=DEFAULT_INSTANCE, metavar="NAME")
        if name in {"demo", "services"}:
            command.add_argument("--background", action="store_true", help="return when everything is up")
    return top


def main(argv: list[str]) -> int:
    """Run one sub-command; what a person can mend is said in words, without a traceback."""
    options, rest = parser().parse_known_args(argv)
    options.rest = rest
    if rest and options.command in {"demo", "services", "stop", "check"}:
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return COMMANDS[options.command](options)
    except progress.Stop as stop:
        progress.say(f"\n{stop}")
        return 1
    except KeyboardInterrupt:
        progress.say("\nstopped")
        return 130


def run_services(options: argparse.Namespace) -> int:
    """The three services and nothing else, until Ctrl-C."""
    instance = paths.instance(options.instance)
    if options.background:
        return in_background(instance, ["services", "--instance", options.instance])
    held = services.lock(instance)
    (instance.folder / "pid").write_text(str(os.getpid()))
    instance.ready_file.unlink(missing_ok=True)
    python_env.ensure()
    supervisor = Supervisor(instance)
    supervisor.catch_signals()
    try:
        services.Services(instance).start(supervisor)
        instance.ready_file.touch()
        progress.say(f"\nReady. In another shell:  set -a; . '{instance.env_file}'\nCtrl-C stops them.")
        supervisor.watch()
    finally:
        instance.ready_file.unlink(missing_ok=True)
        supervisor.stop()
        held.close()
    return 0


def in_background(instance: paths.Instance, arguments: list[str]) -> int:
    """Start `./run …` apart from this terminal and wait until it is ready or has failed."""
    instance.ready_file.unlink(missing_ok=True)
    log = instance.log_folder / "run.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, paths.ROOT / "run", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    shown = 0
    while child.poll() is None and not instance.ready_file.exists():
        shown = show_new(log, shown)
        time.sleep(0.1)
    show_new(log, shown)
    return 1 if child.poll() is not None else 0


def show_new(log: Path, shown: int) -> int:
    """Print what was added to the log since `shown` bytes; return the new size."""
    with log.open("rb") as stream:
        stream.seek(shown)
        added = stream.read()
    sys.stdout.write(added.decode(errors="replace"))
    sys.stdout.flush()
    return shown + len(added)


def stop(options: argparse.Namespace) -> int:
    """Stop an instance that runs somewhere else."""
    stopped = services.stop_running(paths.instance(options.instance))
    progress.say("stopped" if stopped else f"instance “{options.instance}” does not run")
    return 0


def manage(options: argparse.Namespace) -> int:
    """manage.py with the environment of the instance, which need not run."""
    return in_instance(options, ["manage.py", *options.rest])


def in_instance(options: argparse.Namespace, arguments: list[str]) -> int:
    """Run Python with the instance's variables and return its code."""
    python_env.ensure()
    instance = paths.instance(options.instance)
    values = environment.read(instance)
    if not values:
        raise progress.Stop(f"instance “{options.instance}” has never run: start it with ./run demo")
    return subprocess.run(
        [paths.PYTHON, *arguments], env={**environment.clean(), **values}, cwd=paths.ROOT, check=False
    ).returncode


def call(options: argparse.Namespace) -> int:
    """Passengers who call the running centre."""
    return in_instance(options, ["-m", "callcenter.telephony.passengers", *options.rest])


def demo(options: argparse.Namespace) -> int:
    """The whole centre, here or apart from this terminal."""
    if options.background:
        return in_background(paths.instance(options.instance), ["demo", "--instance", options.instance])
    return centre.run(options)


def coverage(_options: argparse.Namespace) -> int:
    """Which requirement is shown by which test: needs no packages."""
    done = subprocess.run([sys.executable, "-m", "deploy.checks.coverage"], cwd=paths.ROOT, check=False)
    return done.returncode


COMMANDS = {
    "demo": demo,
    "call": call,
    "bench": testing.bench,
    "test": testing.run,
    "check": checks.run,
    "coverage": coverage,
    "services": run_services,
    "stop": stop,
    "manage": manage,
}
