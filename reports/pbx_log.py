"""Read a PBX's record file on from where it was left, through rotations, and keep its account of calls."""

import logging
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from reports import cel
from reports.models import PbxCall, PbxLog

log = logging.getLogger(__name__)
RECORDS: Final = Path("cel-custom") / "cel.json"
CHUNK: Final = 4 * 1024 * 1024
_FIELDS: Final = (
    "lines", "caller_number", "arrived_at", "offered_at", "answered_at", "ended_at", "agent_extension",
    "talk_ms", "released_by", "is_inbound", "closed_at",
)  # fmt: skip


def read_on(pbx: str, folder: Path, now: datetime) -> int:
    """Read everything new. Returns how many calls the PBX has closed. A second reader leaves at once."""
    PbxLog.objects.get_or_create(pbx=pbx)
    closed = 0
    while True:
        with transaction.atomic():
            state = PbxLog.objects.select_for_update(skip_locked=True).filter(pbx=pbx).first()
            if state is None:
                return closed
            chunk = _next_chunk(state, folder / RECORDS)
            if chunk is None:
                return closed
            closed += _keep(pbx, chunk, now)
            state.read_at = now
            state.save()


def _next_chunk(state: PbxLog, path: Path) -> bytes | None:
    """Whole lines after the remembered place, which moves on; None at the end of the newest file."""
    current = _file_with(state.inode, path)
    if current is None:
        if not path.exists():
            return None
        state.inode, state.offset, current = path.stat().st_ino, 0, path
    if current.stat().st_size < state.offset:
        state.offset = 0
    with current.open("rb") as records:
        records.seek(state.offset)
        chunk = records.read(CHUNK)
    chunk = chunk[: chunk.rfind(b"\n") + 1]
    if chunk:
        state.offset += len(chunk)
        return chunk
    if current != path and path.exists():
        state.inode, state.offset = path.stat().st_ino, 0
        return b""
    return None


def _file_with(inode: int, path: Path) -> Path | None:
    """The file being read, under whatever name a rotation gave it."""
    if not inode or not path.parent.is_dir():
        return None
    with os.scandir(path.parent) as entries:
        found = [Path(e.path) for e in entries if e.is_file() and e.inode() == inode]
    return found[0] if found else None


def _lines(chunk: bytes) -> Iterator[tuple[str, cel.Line]]:
    for raw in chunk.splitlines():
        parsed = cel.parse(raw.decode("utf-8", errors="replace"))
        if parsed is None:
            log.warning("a record of the PBX cannot be read")
        else:
            yield parsed


def _keep(pbx: str, chunk: bytes, now: datetime) -> int:
    by_call: dict[str, list[cel.Line]] = defaultdict(list)
    for linkedid, line in _lines(chunk):
        by_call[linkedid].append(line)
    known = {call.linkedid: call for call in PbxCall.objects.filter(pbx=pbx, linkedid__in=by_call)}
    new: list[PbxCall] = []
    changed: list[PbxCall] = []
    for linkedid, lines in by_call.items():
        call = known.get(linkedid) or PbxCall(pbx=pbx, linkedid=linkedid, arrived_at=now)
        if call.closed_at is None:
            call.lines = [*call.lines, *lines]
            _close_if_over(call, now)
            (changed if linkedid in known else new).append(call)
    PbxCall.objects.bulk_create(new)
    PbxCall.objects.bulk_update(changed, _FIELDS, batch_size=500)
    return sum(call.closed_at is not None for call in [*new, *changed])


def _close_if_over(call: PbxCall, now: datetime) -> None:
    if not any(cel.is_closing(line) for line in call.lines):
        return
    found = cel.summarise(call.linkedid, call.lines)
    call.closed_at, call.lines = now, []
    if found is None:
        return
    call.caller_number = found.caller_number[:32]
    call.arrived_at, call.offered_at = found.arrived_at, found.offered_at
    call.answered_at, call.ended_at = found.answered_at, found.ended_at
    # Extensions of everybody who talked, first one first.
    call.agent_extension = ",".join(found.extensions)[:40]
    call.talk_ms, call.released_by, call.is_inbound = found.talk_ms, found.released_by, found.is_inbound
