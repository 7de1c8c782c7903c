"""docs/coverage.md: which requirement is shown by which test, read from the `covers` marks of the tests."""

import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local import paths

ROWS = paths.ROOT / "docs" / "requirements-rows.csv"
PAGE = paths.ROOT / "docs" / "coverage.md"
TESTS = paths.ROOT / "tests"
# Where a row of an area that has no test yet belongs.
HOMES = {
    "TEL": "callcenter.acd", "IVR": "ivr", "DSK": "callcenter.desktop", "WB": "reports", "TKT": "tickets",
    "LF": "lostfound", "BKG": "tickets.assistance", "QA": "quality", "WFM": "workforce", "APR": "workforce",
    "TRN": "quality", "KNW": "callcenter.knowledge", "RPT": "reports", "OUT": "callcenter.acd",
    "OMN": "tickets", "CRM": "callcenter.customers", "ORG": "callcenter.accounts", "SEC": "callcenter.core",
    "OPS": "deploy", "EMG": "callcenter.incidents", "KPI": "reports",
}  # fmt: skip


class UnknownRow(Exception):
    """A test names a requirement that the list does not have."""


@dataclass(frozen=True)
class Row:
    """One requirement."""

    id: str
    area: str
    requirement: str


def read_rows() -> list[Row]:
    with ROWS.open(encoding="utf-8", newline="") as stream:
        return [Row(**row) for row in csv.DictReader(stream)]


def marks(decorators: list[ast.expr]) -> Iterator[str]:
    """The arguments of every `pytest.mark.covers(…)` in a list of expressions."""
    for mark in decorators:
        if isinstance(mark, ast.Call) and getattr(mark.func, "attr", "") == "covers":
            values = (argument.value for argument in mark.args if isinstance(argument, ast.Constant))
            yield from (value for value in values if isinstance(value, str))


def module_marks(tree: ast.Module) -> list[str]:
    """Those of `pytestmark`, which hold for every test of the file."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
            value = node.value
            return list(marks(value.elts if isinstance(value, ast.List | ast.Tuple) else [value]))
    return []


def tests_of(body: list[ast.stmt], inherited: list[str], prefix: str) -> Iterator[tuple[str, str]]:
    """Pairs of requirement and test name."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        rows = [*inherited, *marks(node.decorator_list)]
        if isinstance(node, ast.ClassDef):
            yield from tests_of(node.body, rows, f"{prefix}::{node.name}")
        elif node.name.startswith("test"):
            yield from ((row, f"{prefix}::{node.name}") for row in rows)


def shown() -> dict[str, list[str]]:
    """Test names by requirement."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for row, test in tests_of(tree.body, module_marks(tree), str(path.relative_to(paths.ROOT))):
            found[row].append(test)
    return found


def page(rows: list[Row], tests: dict[str, list[str]]) -> str:
    """The whole page."""
    if unknown := sorted(set(tests) - {row.id for row in rows}):
        raise UnknownRow(f"not in {ROWS.name}: {', '.join(unknown)}")
    done = sum(row.id in tests for row in rows)
    lines = [
        "# Coverage of the requirements",
        "",
        "Written by `./run coverage` from the `covers` marks of the tests: "
        f"{done} of {len(rows)} rows are shown.",
    ]
    area = ""
    for row in rows:
        if row.area != area:
            area = row.area
            lines += ["", f"## {area}", "", "| row | requirement | shown by |", "|---|---|---|"]
        lines.append(f"| {row.id} | {row.requirement.replace('|', '/')} | {shown_by(row, tests)} |")
    return "\n".join(lines) + "\n"


def shown_by(row: Row, tests: dict[str, list[str]]) -> str:
    if row.id not in tests:
        return f"not yet: {HOMES[row.id.partition('-')[0]]} comes with a later issue"
    return "<br>".join(f"`{test}`" for test in tests[row.id])


def main(arguments: list[str]) -> int:
    """Write the page, or with --check only say whether it is current."""
    try:
        text = page(read_rows(), shown())
    except UnknownRow as unknown:
        sys.stdout.write(f"{unknown}\n")
        return 1
    current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" in arguments:
        if text != current:
            sys.stdout.write("docs/coverage.md is not current: ./run coverage\n")
        return int(text != current)
    Path(PAGE).write_text(text, encoding="utf-8")
    sys.stdout.write(text.splitlines()[2] + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
