"""The floor's frame: every seat of a zone and what its agent does; and all about one agent for the drawer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from callcenter.acd.models import Agent, AgentStateInterval
from callcenter.acd.selectors import desk
from callcenter.core.errors import NotFound
from callcenter.core.masking import mask_number
from callcenter.telephony.words import AgentState
from reports.live.directory import AgentCard, SeatPlace
from reports.live.hours import Day
from reports.live.place import ELSEWHERE, Place
from reports.live.reading import Look, OpenCall, Reader, Session
from reports.wallboard import all_states

Json = dict[str, Any]
GRACE_SECONDS = 5
"""A state that ends by itself may take so long over it before somebody should look."""


def floor_frame(now: datetime, centre: str, zone: str = "") -> Json:
    """Read everything afresh and make the frame of this zone; the largest zone without one."""
    return floor_of(Reader().look(now), Place(centre, zone))


def floor_of(look: Look, place: Place) -> Json:
    """Make the frame of a zone from what was seen."""
    return _Floor(look, place).frame()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A seat (None: no seat of his own) and its agent (None: nobody's seat)."""

    zone: str
    island: str
    seat: SeatPlace | None
    agent: AgentCard | None


class _Floor:
    """One zone as it stands."""

    def __init__(self, look: Look, place: Place) -> None:
        self.look = look
        self.sessions = {session.agent: session for session in look.sessions}
        self.calls = {call.id: call for call in look.calls}
        self.taken = list(_taken(look, place.centre, self.sessions))
        seats = Counter(taken.zone for taken in self.taken)
        self.zones = sorted(seats, key=lambda zone: (zone == ELSEWHERE, -seats[zone], zone))
        self.place = place if place.zone in self.zones else Place(place.centre, next(iter(self.zones), ""))

    def frame(self) -> Json:
        """The whole state of the zone."""
        here = [taken for taken in self.taken if taken.zone == self.place.zone]
        islands = dict.fromkeys(taken.island for taken in here)
        return {
            "type": "frame",
            "at": self.look.now,
            "centre": self.place.centre,
            "zone": self.place.zone,
            "zones": [self._zone(zone) for zone in self.zones],
            "states": self._states(here),
            "islands": [
                {"name": island, "seats": [self._seat(taken) for taken in here if taken.island == island]}
                for island in islands
            ],
        }

    def _zone(self, zone: str) -> Json:
        seats = [taken for taken in self.taken if taken.zone == zone]
        return {"name": zone, "seats": len(seats), "signed_in": sum(1 for t in seats if self._session(t))}

    def _states(self, here: list[_Taken]) -> dict[str, int]:
        sessions = [session for taken in here if (session := self._session(taken))]
        return all_states(Counter(s.state for s in sessions), sum(1 for taken in here if taken.agent))

    def _session(self, taken: _Taken) -> Session | None:
        return self.sessions.get(taken.agent.id) if taken.agent else None

    def _seat(self, taken: _Taken) -> Json:
        return {
            "seat": taken.seat.number if taken.seat else "",
            "desk_type": taken.seat.desk_type if taken.seat else "",
            "agent": self._agent(taken.agent) if taken.agent else None,
        }

    def _agent(self, agent: AgentCard) -> Json:
        session, directory = self.sessions.get(agent.id), self.look.directory
        reason = directory.reasons.get(session.reason or 0) if session else None
        team = directory.teams.get(agent.team)
        return {
            "id": agent.id,
            "staff_no": agent.staff_no,
            "name": agent.name,
            "extension": agent.extension,
            "team": team.as_json() if team else None,
            "state": session.state if session else AgentState.OFFLINE.value,
            "since": session.since if session else None,
            "until": session.until if session else None,
            "reason": reason.as_json() if reason else None,
            "is_late": self._is_late(session),
            "is_registered": bool(session and session.is_registered),
            "call": self._call(self.calls.get(session.call or 0)) if session else None,
        }

    def _is_late(self, session: Session | None) -> bool:
        """Whether the agent is away for longer than usual, or still writes when he should be ready."""
        if session is None:
            return False
        reason = self.look.directory.reasons.get(session.reason or 0)
        if session.state == AgentState.NOT_READY and reason is not None and reason.usual_seconds:
            return self.look.since(session.since) >= reason.usual_seconds
        return session.until is not None and self.look.since(session.until) >= GRACE_SECONDS

    def _call(self, call: OpenCall | None) -> Json | None:
        if call is None:
            return None
        queue = self.look.directory.queues.get(call.queue or 0)
        return {
            "id": call.id,
            "queue": queue.called.as_json() if queue else None,
            "answered_at": call.answered_at,
            "is_over_long": self.look.is_over_long(call),
        }


def _taken(look: Look, centre: str, sessions: dict[int, Session]) -> Iterator[_Taken]:
    """Each seat once, and after them, in a zone of their own, signed-in agents who have none."""
    by_user = {agent.user_id: agent for agent in look.directory.agents.values()}
    seated: set[int] = set()
    for seat in look.directory.seats:
        if seat.centre != centre:
            continue
        agent = by_user.get(seat.user_id or 0)
        if agent is not None and agent.id in seated:
            agent = None
        if agent is not None:
            seated.add(agent.id)
        yield _Taken(seat.zone, seat.island, seat, agent)
    for agent in sorted(look.directory.agents.values(), key=lambda agent: agent.staff_no):
        if agent.centre == centre and agent.id not in seated and agent.id in sessions:
            yield _Taken(ELSEWHERE, agent.team, None, agent)


# ---------------------------------------------------------------- one agent
def agent_detail(now: datetime, agent_id: int, centre: str) -> Json:
    """The agent's call, figures and stretches of today. Raises NotFound for agents of other centres too."""
    agents = Agent.objects.select_related("user__team__centre", "user__centre")
    agent = agents.filter(pk=agent_id, is_active=True).first()
    if agent is None or centre not in _centres_of(agent):
        raise NotFound
    sections = desk.desk_snapshot(agent, ["state", "call", "today"])["sections"]
    return {
        "id": agent.pk,
        "at": now,
        "signed_in_at": sections["state"]["signed_in_at"],
        "call": _shown_call(sections["call"]),
        "today": sections["today"],
        "stretches": _stretches(agent, now),
    }


def _centres_of(agent: Agent) -> set[str]:
    user = agent.user
    of_team = user.team.centre.code if user.team else ""
    return {user.centre.code if user.centre else of_team}


def _shown_call(call: Json | None) -> Json | None:
    """What a lead sees of a call: nothing that would identify the passenger."""
    if call is None:
        return None
    moments = ("entered_at", "offered_at", "answered_at", "ended_at", "hold_since")
    facts = ("id", "state", "queue", "language", "path", "waited_seconds", "talk_seconds")
    holds = ("hold_seconds", "hold_count")
    return {
        **{name: call[name] for name in facts + holds + moments},
        "caller": mask_number(call["caller"]["number"]),
        "earlier_calls": len(call["history"]),
    }


def _stretches(agent: Agent, now: datetime) -> list[Json]:
    """Today's states one after the other, cut at midnight; the running one ends now."""
    day = Day.of(now, timezone.get_default_timezone())
    rows = (
        AgentStateInterval.objects.filter(agent=agent, started_at__gte=day.start - timedelta(days=1))
        .exclude(ended_at__lte=day.start)
        .order_by("started_at", "pk")
        .values_list("state", "started_at", "ended_at")
    )
    return [{"state": state, "start": max(start, day.start), "end": end or now} for state, start, end in rows]
