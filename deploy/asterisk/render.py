"""Write the configuration of one Asterisk from the templates beside this file. Standard library only.

`run` uses it for an instance in `.run/`, the container for its own. Values stand in the templates as
@@NAME@@; one that is missing is an error: an Asterisk with half a configuration would be worse.
"""

import json
import re
import sys
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent
MARK = re.compile(r"@@([A-Z_]+)@@")
FOLDERS = (
    "etc", "var", "db", "keys", "cache", "agi", "data/sounds/callcenter", "data/sounds/zh",
    "spool/monitor", "spool/outgoing", "spool/tmp",
)  # fmt: skip
LOG_FOLDERS = ("cdr-custom", "cel-custom", "cdr-csv")
# Files that Asterisk only misses aloud.
EMPTY = ("stasis", "acl", "udptl", "pjproject", "pjsip_wizard", "pjsip_notify", "ccss", "queuerules")


class MissingValue(Exception):
    """A template asks for a value that nobody gave."""


def fill(template: str, values: dict[str, str]) -> str:
    """Return the template with every mark replaced."""

    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            raise MissingValue(f"no value for {match[0]}") from None

    return MARK.sub(value, template)


def load_lines(modules_dir: Path) -> str:
    """The lines of modules.conf for those of our modules that this build has."""
    have = {path.stem for path in modules_dir.glob("*.so")}
    wanted = (TEMPLATES / "modules.list").read_text().split()
    return "\n".join(f"load = {name}.so" for name in wanted if name in have)


def repeated(key: str, values: list[str]) -> str:
    """`key = value` for each value, a line each."""
    return "\n".join(f"{key} = {value}" for value in values)


def write_folders(run: Path, log_dir: Path) -> None:
    """Every folder that Asterisk expects; records are lost when a log folder is missing."""
    for name in FOLDERS:
        (run / name).mkdir(parents=True, exist_ok=True)
    for name in LOG_FOLDERS:
        (log_dir / name).mkdir(parents=True, exist_ok=True)


def write_configuration(run: Path, values: dict[str, str]) -> None:
    """Fill every template into run/etc. Secrets are inside, so the files are the owner's alone."""
    write_folders(run, Path(values["LOG_DIR"]))
    values = {"LOAD": load_lines(Path(values["MODULES"])), **values}
    for template in sorted(TEMPLATES.glob("*.conf")):
        target = run / "etc" / template.name
        target.write_text(fill(template.read_text(encoding="utf-8"), values), encoding="utf-8")
        target.chmod(0o600)
    for name in EMPTY:
        (run / "etc" / f"{name}.conf").write_text("")


if __name__ == "__main__":
    write_configuration(Path(sys.argv[1]), json.load(sys.stdin))
