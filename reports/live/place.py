"""Which part of the floor is shown: a centre's zone. It names the topic of its frames."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

TOPIC = "floor:"
ELSEWHERE = "~"
"""The zone of signed-in agents who have no seat of their own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A zone of a centre; an empty zone means the largest one."""

    centre: str
    zone: str = ""

    @classmethod
    def from_topic(cls, topic: str) -> "Place":
        """The place whose `topic` this is."""
        fields = parse_qs(topic.removeprefix(TOPIC), keep_blank_values=True)
        return cls(fields["centre"][0], fields["zone"][0])

    @property
    def topic(self) -> str:
        """The hub topic of its frames."""
        return TOPIC + urlencode({"centre": self.centre, "zone": self.zone})
