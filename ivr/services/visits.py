"""The ways of callers through the menu, written in batches."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """A visit with its times, as the menu server saw it. The fields are the columns of IvrVisit."""

    linkedid: str
    number: int
    version_id: int
    node: str
    language: str
    entered_at: datetime
    left_at: datetime
    key: str
    ended: str


TEXT = "text"
_TYPES = {"number": "smallint", "version_id": "bigint", "entered_at": "timestamptz", "left_at": "timestamptz"}
_COLUMNS = [field.name for field in dataclasses.fields(TimedVisit)]
# Arrays instead of one object a row: this runs for every call, on the processor time of the menus.
_INSERT = (
    f"INSERT INTO ivr_ivrvisit ({', '.join(_COLUMNS)}) "  # noqa: S608
    f"SELECT * FROM unnest({', '.join(f'%s::{_TYPES.get(name, TEXT)}[]' for name in _COLUMNS)}) "
    "ON CONFLICT DO NOTHING"
)


def record_visits(visits: Sequence[TimedVisit]) -> None:
    """Write visits in one insert. Writing one again changes nothing: a batch may be repeated."""
    if visits:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [[getattr(visit, name) for visit in visits] for name in _COLUMNS])
