"""Which part of the centre a wallboard shows: it stands in the page's address and names its frames' topic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

MOST_CODES = 30
TOPIC = "wallboard:"


@dataclass(frozen=True, slots=True)
class Selection:
    """Queues, teams and a centre by their codes; an empty part means all of them."""

    queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    centre: str = ""

    @classmethod
    def of(
        cls,
        *,
        queues: Iterable[str] | None = None,
        teams: Iterable[str] | None = None,
        centre: str | None = None,
    ) -> "Selection":
        """Order and repetition make no difference, so that one selection has one topic."""
        return cls(
            tuple(sorted(set(queues or ())))[:MOST_CODES],
            tuple(sorted(set(teams or ())))[:MOST_CODES],
            centre or "",
        )

    @classmethod
    def from_address(cls, query: str) -> "Selection":
        """Read `queue=…&queue=…&team=…&centre=…`."""
        pairs = parse_qsl(query, max_num_fields=4 * MOST_CODES)
        return cls.of(
            queues=[value for key, value in pairs if key == "queue"],
            teams=[value for key, value in pairs if key == "team"],
            centre=next((value for key, value in pairs if key == "centre"), ""),
        )

    @classmethod
    def from_topic(cls, topic: str) -> "Selection":
        """The selection whose `topic` this is."""
        return cls.from_address(topic.removeprefix(TOPIC))

    @property
    def address(self) -> str:
        """The query that leads to this selection; empty for the whole centre."""
        pairs = [("queue", code) for code in self.queues] + [("team", code) for code in self.teams]
        return urlencode(pairs + ([("centre", self.centre)] if self.centre else []))

    @property
    def topic(self) -> str:
        """The hub topic of its frames."""
        return TOPIC + self.address

    @property
    def is_by_people(self) -> bool:
        """Whether it is limited to some agents. Callers who never reached an agent belong to no team."""
        return bool(self.teams or self.centre)

    def known_in(self, codes: Mapping[str, set[str]]) -> bool:
        """Whether every code in it exists; `codes` has the keys queues, teams and centres."""
        return (
            set(self.queues) <= codes["queues"]
            and set(self.teams) <= codes["teams"]
            and (not self.centre or self.centre in codes["centres"])
        )

    def as_json(self) -> dict[str, object]:
        """As the page reads it."""
        return {"queues": self.queues, "teams": self.teams, "centre": self.centre or None}
