"""The two kinds of frames and who makes them in this process."""

from functools import cache

from django.utils import timezone

from reports.floor import floor_of
from reports.live.place import Place
from reports.live.publisher import Frame, FramePublisher
from reports.live.reading import Reader
from reports.live.selection import Selection
from reports.wallboard import frame_of


class WallboardSource:
    """Makes wallboard frames. Used by one thread at a time."""

    def __init__(self) -> None:
        self._reader = Reader()

    def __call__(self, topics: list[str]) -> dict[str, Frame]:
        """One reading serves all topics."""
        reading = self._reader.read(timezone.now())
        return {topic: frame_of(reading, Selection.from_topic(topic)) for topic in topics}


class FloorSource:
    """Makes floor frames. Used by one thread at a time."""

    def __init__(self) -> None:
        self._reader = Reader()

    def __call__(self, topics: list[str]) -> dict[str, Frame]:
        """One look serves all topics."""
        look = self._reader.look(timezone.now())
        return {topic: floor_of(look, Place.from_topic(topic)) for topic in topics}


@cache
def wallboard() -> FramePublisher:
    """This process's publisher of wallboard frames."""
    return FramePublisher("wallboard", WallboardSource())


@cache
def floor() -> FramePublisher:
    """This process's publisher of floor frames."""
    return FramePublisher("floor", FloorSource())
