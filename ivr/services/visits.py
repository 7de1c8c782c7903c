"""The ways of callers through the menu, written in batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ivr.models import IvrVisit


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """A visit with its times, as the menu server saw it."""

    linkedid: str
    number: int
    version_id: int
    node: str
    language: str
    entered_at: datetime
    left_at: datetime
    key: str
    ended: str


def record_visits(visits: Iterable[TimedVisit]) -> None:
    """Write visits in one insert. Writing one again changes nothing: a batch may be repeated."""
    IvrVisit.objects.bulk_create(
        (
            IvrVisit(
                linkedid=visit.linkedid,
                number=visit.number,
                version_id=visit.version_id,
                node=visit.node,
                language=visit.language,
                entered_at=visit.entered_at,
                left_at=visit.left_at,
                key=visit.key,
                ended=visit.ended,
            )
            for visit in visits
        ),
        ignore_conflicts=True,
    )
