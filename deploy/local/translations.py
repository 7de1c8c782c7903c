"""Compile .po files without msgfmt: many machines have no gettext tools."""

import ast
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import paths, sources


class BadCatalogue(Exception):
    """A .po file that cannot be read; the message names the line."""


@dataclass
class Entry:
    """One message: what the source says and what it becomes."""

    line: int = 0
    context: str | None = None
    source: str = ""
    plural: str | None = None
    targets: dict[int, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        text = self.source if self.plural is None else f"{self.source}\0{self.plural}"
        return text if self.context is None else f"{self.context}\4{text}"

    @property
    def is_translated(self) -> bool:
        return bool(self.targets) and all(self.targets.values()) and not self.is_fuzzy


def catalogues(root: Path = paths.ROOT) -> list[Path]:
    """Every .po file of the project."""
    return [
        path for path in sources.files(root) if path.suffix == ".po" and path.parent.name == "LC_MESSAGES"
    ]


def parse(text: str) -> Iterator[Entry]:
    """Yield the entries of a .po file, the header (empty source) first. Obsolete entries are left out."""
    entry, part, index = Entry(), "", 0
    fuzzy = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#,") and "fuzzy" in line:
            fuzzy = True
        if not line or line.startswith("#"):
            continue
        if not line.startswith('"'):
            keyword, _, rest = line.partition(" ")
            if keyword == "msgctxt" or (keyword == "msgid" and part != "msgctxt"):
                if part:
                    yield entry
                entry = Entry(line=number, is_fuzzy=fuzzy)
                fuzzy = False
            part, index = split_keyword(keyword, number)
            line = rest.strip()
        append(entry, part, index, unquote(line, number))
    if part:
        yield entry


def split_keyword(keyword: str, number: int) -> tuple[str, int]:
    """`msgstr[2]` is part msgstr, form 2."""
    name, _, form = keyword.partition("[")
    if name not in {"msgctxt", "msgid", "msgid_plural", "msgstr"}:
        raise BadCatalogue(f"line {number}: {keyword} is not understood")
    return name, int(form.rstrip("]")) if form else 0


def append(entry: Entry, part: str, index: int, text: str) -> None:
    if part == "msgctxt":
        entry.context = (entry.context or "") + text
    elif part == "msgid":
        entry.source += text
    elif part == "msgid_plural":
        entry.plural = (entry.plural or "") + text
    else:
        entry.targets[index] = entry.targets.get(index, "") + text


def unquote(text: str, number: int) -> str:
    """A .po string is written as a Python one is."""
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        raise BadCatalogue(f"line {number}: {text} is not a string") from None
    if not isinstance(value, str):
        raise BadCatalogue(f"line {number}: {text} is not a string")
    return value


def to_binary(entries: list[Entry]) -> bytes:
    """The .mo file: two tables of (length, offset), sorted by source, then the strings."""
    pairs = sorted(
        (entry.key.encode(), "\0".join(text for _, text in sorted(entry.targets.items())).encode())
        for entry in entries
        if entry.is_translated or not entry.source
    )
    count = len(pairs)
    sources = b"".join(source + b"\0" for source, _ in pairs)
    start, tables = 28 + 16 * count, [bytearray(), bytearray()]
    offsets = [start, start + len(sources)]
    for pair in pairs:
        for side, text in enumerate(pair):
            tables[side] += struct.pack("<II", len(text), offsets[side])
            offsets[side] += len(text) + 1
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    return header + tables[0] + tables[1] + sources + b"".join(target + b"\0" for _, target in pairs)


def compile_file(path: Path) -> bool:
    """Write the .mo beside the .po; False when it was newer already."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return False
    try:
        target.write_bytes(to_binary(list(parse(path.read_text(encoding="utf-8")))))
    except BadCatalogue as bad:
        raise BadCatalogue(f"{path}: {bad}") from None
    return True


def compile_all(root: Path = paths.ROOT) -> int:
    """Compile what changed; return how many."""
    return sum(compile_file(path) for path in catalogues(root))
