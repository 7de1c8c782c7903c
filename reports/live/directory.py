"""Who and what there is: queues and whom they need, agents, teams, seats.

It changes rarely, so it is read every few seconds.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F

from callcenter.accounts.models import Centre, Seat, Team
from callcenter.acd.models import Agent, AgentSkill, NotReadyReason, Queue, QueueSkill
from reports.live.place import ELSEWHERE


@dataclass(frozen=True, slots=True)
class Name:
    """A code and how people call it; `name_en` is empty where nobody translated it."""

    code: str
    name: str
    name_en: str

    def as_json(self) -> dict[str, str]:
        """As the page reads it."""
        return {"code": self.code, "name": self.name, "name_en": self.name_en or self.name}


@dataclass(frozen=True, slots=True)
class Reason(Name):
    """Why somebody takes no calls, and for how long that is usual; None where it is nobody's business."""

    usual_seconds: int | None


@dataclass(frozen=True, slots=True)
class QueueRules:
    """A queue's promises and the skills it needs, with the least level."""

    id: int
    called: Name
    is_active: bool
    service_level_seconds: int
    service_level_target: int
    max_wait_seconds: int
    over_long_seconds: int
    over_short_seconds: int
    needs: Mapping[int, int]

    def can_be_served_by(self, skills: Mapping[int, int]) -> bool:
        """Whether someone with these skills may take its calls from the first second."""
        return all(skills.get(skill, 0) >= level for skill, level in self.needs.items())


@dataclass(frozen=True, slots=True)
class AgentCard:
    """Who an agent is."""

    id: int
    user_id: int
    extension: str
    staff_no: str
    name: str
    team: str
    centre: str
    skills: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SeatPlace:
    """Where a seat stands and whose it is."""

    number: str
    centre: str
    zone: str
    island: str
    position: int
    desk_type: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything that has a name on the board. `team_ids` leads from a team's primary key to its code."""

    queues: Mapping[int, QueueRules]
    agents: Mapping[int, AgentCard]
    teams: Mapping[str, Name]
    team_centres: Mapping[str, str]
    team_ids: Mapping[int, str]
    centres: Mapping[str, Name]
    reasons: Mapping[int, Reason]
    seats: tuple[SeatPlace, ...]

    @property
    def codes(self) -> dict[str, set[str]]:
        """The codes that a selection may name."""
        return {
            "queues": {queue.called.code for queue in self.queues.values()},
            "teams": set(self.teams),
            "centres": set(self.centres),
        }

    def zones_of(self, centre: str) -> set[str]:
        """The zones of a centre's floor."""
        return {seat.zone for seat in self.seats if seat.centre == centre} | {ELSEWHERE}


def read_directory() -> Directory:
    """Seven queries, however many people there are."""
    teams = list(Team.objects.values_list("id", "code", "name", "name_en", "centre__code"))
    return Directory(
        queues=_queues(),
        agents=_agents(),
        teams={code: Name(code, name, english) for _, code, name, english, _ in teams},
        team_centres={code: centre for _, code, _, _, centre in teams},
        team_ids={pk: code for pk, code, *_ in teams},
        centres={row[0]: Name(*row) for row in Centre.objects.values_list("code", "name", "name_en")},
        reasons=_reasons(),
        seats=_seats(),
    )


def _queues() -> dict[int, QueueRules]:
    needs: dict[int, dict[int, int]] = defaultdict(dict)
    for queue, skill, level in QueueSkill.objects.values_list("queue_id", "skill_id", "min_level"):
        needs[queue][skill] = level
    return {
        queue.pk: QueueRules(
            id=queue.pk,
            called=Name(queue.code, queue.name, queue.name_en),
            is_active=queue.is_active,
            service_level_seconds=queue.service_level_seconds,
            service_level_target=queue.service_level_target,
            max_wait_seconds=queue.max_wait_seconds,
            over_long_seconds=queue.over_long_seconds,
            over_short_seconds=queue.over_short_seconds,
            needs=needs[queue.pk],
        )
        for queue in Queue.objects.order_by("position", "code")
    }


def _agents() -> dict[int, AgentCard]:
    skills: dict[int, dict[int, int]] = defaultdict(dict)
    for agent, skill, level in AgentSkill.objects.values_list("agent_id", "skill_id", "level"):
        skills[agent][skill] = level
    rows = Agent.objects.filter(is_active=True, user__is_active=True).values_list(
        "id", "user_id", "extension", "user__staff_no", "user__display_name", "user__username",
        "user__team__code", "user__centre__code", "user__team__centre__code",
    )  # fmt: skip
    return {
        pk: AgentCard(
            pk,
            user,
            extension,
            staff_no or extension,
            name or login,
            team or "",
            centre or of_team or "",
            skills[pk],
        )
        for pk, user, extension, staff_no, name, login, team, centre, of_team in rows
    }


def _reasons() -> dict[int, Reason]:
    rows = NotReadyReason.objects.values_list("id", "code", "name", "name_en", "usual_seconds")
    return {pk: Reason(code, name, english, usual) for pk, code, name, english, usual in rows}


def _seats() -> tuple[SeatPlace, ...]:
    rows = Seat.objects.order_by("centre__code", "zone", "island", "position", "number").values_list(
        "number", F("centre__code"), "zone", "island", "position", "desk_type", "user_id"
    )
    return tuple(SeatPlace(*row) for row in rows)
