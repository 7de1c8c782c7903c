"""Waiting calls × ready agents → offers. Pure, and the same whatever the order of what it is given."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callcenter.telephony.engine.line import WaitingCall, in_order, needs_at
from callcenter.telephony.engine.policy import Need, QueuePolicy, merge_needs
from callcenter.telephony.engine.roster import ReadyAgent, Roster, each, union


class OfferReason(StrEnum):
    """Why this agent and not another."""

    LAST_AGENT = "last_agent"
    LONGEST_IDLE = "longest_idle"
    MOST_SKILLED = "most_skilled"
    LEAST_CALLS = "least_calls"


@dataclass(frozen=True, slots=True)
class OfferDecision:
    """Let this call ring this agent. `relaxed`: the wait has lowered what was asked of the agent."""

    call_id: str
    agent_id: str
    queue: str
    reason: OfferReason
    waited_seconds: int
    relaxed: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Demand:
    """A call with the set of agents who may take it now, and the agent it would like best."""

    call: WaitingCall
    policy: QueuePolicy
    needs: tuple[Need, ...]
    able: int
    wish: int


def match(
    waiting: Sequence[WaitingCall],
    agents: Sequence[ReadyAgent],
    queues: Mapping[str, QueuePolicy],
    now: datetime,
    *,
    in_progress: Mapping[str, int] | None = None,
) -> list[OfferDecision]:
    """Decide who rings whom, in the order in which the callers are due.

    The callers are served in order as long as there is anybody for them; a caller further ahead gives his
    agent up to another only when he is served by someone else at the same time. Among several able agents
    the last one who spoke with the passenger comes first, then whom the queue's strategy prefers.
    `in_progress` counts the calls of each queue that are with an agent, for queues with a `capacity`.
    """
    roster = Roster(agents)
    demands = [
        demand
        for call, policy in in_order(waiting, queues)
        if (demand := _demand(call, policy, roster, now)) is not None
    ]
    matching = _Matching(roster, wished=union(demand.wish for demand in demands))
    _serve(demands, matching, dict(in_progress or {}))
    return [_decision(demand, matching, now) for demand in demands if demand in matching]


def _demand(call: WaitingCall, policy: QueuePolicy, roster: Roster, now: datetime) -> _Demand | None:
    """None when nobody may be offered this call now."""
    waited = call.waited_seconds(now)
    needs = needs_at(call, policy, now)
    paused = {
        agent for agent, at in call.missed.items() if (now - at).total_seconds() < policy.miss_pause_seconds
    }
    able = roster.able(needs) & _open_to(policy, roster, waited) & ~union(map(roster.bit, paused))
    wish = 0
    if call.last_agent is not None and call.last_agent not in paused:
        if not roster.bit(call.last_agent) and waited < policy.last_agent_grace_seconds:
            return None
        wish = roster.bit(call.last_agent) & able
    return _Demand(call, policy, needs, able, wish) if able else None


def _open_to(policy: QueuePolicy, roster: Roster, waited_seconds: float) -> int:
    opens = policy.open_to_all_after_seconds
    if not policy.teams or (opens is not None and waited_seconds >= opens):
        return roster.everyone
    return roster.in_teams(policy.teams)


def _serve(demands: Sequence[_Demand], matching: "_Matching", in_progress: dict[str, int]) -> None:
    for demand in demands:
        if not matching.free:
            return
        queue, capacity = demand.policy.code, demand.policy.capacity
        if capacity is not None and in_progress.get(queue, 0) >= capacity:
            continue
        if matching.serve(demand):
            in_progress[queue] = in_progress.get(queue, 0) + 1


def _decision(demand: _Demand, matching: "_Matching", now: datetime) -> OfferDecision:
    bit = matching.agent_of(demand)
    call, policy = demand.call, demand.policy
    return OfferDecision(
        call_id=call.call_id,
        agent_id=matching.roster.agent_at(bit).agent_id,
        queue=call.queue,
        reason=OfferReason.LAST_AGENT if bit == demand.wish else OfferReason(policy.strategy.value),
        waited_seconds=int(call.waited_seconds(now)),
        relaxed=demand.needs != merge_needs(policy.needs, call.needs),
    )


class _Matching:
    """Who has whom so far. Grows by one call at a time and never drops a call it has served."""

    def __init__(self, roster: Roster, wished: int) -> None:
        self.roster = roster
        self.free = roster.everyone
        self._wished = wished
        self._holder: dict[int, _Demand] = {}
        self._agent: dict[_Demand, int] = {}
        # From these agents no chain of exchanges leads to a free one; no later search has to visit them.
        self._settled = 0

    def __contains__(self, demand: _Demand) -> bool:
        return demand in self._agent

    def agent_of(self, demand: _Demand) -> int:
        return self._agent[demand]

    def serve(self, demand: _Demand) -> bool:
        """Give the call an agent, if need be by exchanges among those served before.

        False: nobody is left.
        """
        if demand.able & self.free:
            self._give(demand, self._choose(demand))
            return True
        return self._serve_by_exchange(demand)

    def _choose(self, demand: _Demand) -> int:
        spare = demand.able & self.free
        if spare & demand.wish:
            return demand.wish
        unwished = spare & ~self._wished
        return self.roster.choose(unwished or spare, demand.policy.strategy, demand.needs)

    def _give(self, demand: _Demand, bit: int) -> None:
        self.free &= ~bit
        self._holder[bit] = demand
        self._agent[demand] = bit

    def _serve_by_exchange(self, demand: _Demand) -> bool:
        """Look, nearest first, for a chain: he takes her agent, she takes another's, … until one is free."""
        seen, wanted_by, line = self._settled, dict[int, _Demand](), deque([demand])
        while line:
            wanting = line.popleft()
            new = wanting.able & ~seen
            seen |= new
            for bit in each(new):
                wanted_by[bit] = wanting
                holder = self._holder[bit]
                if holder.able & self.free:
                    self._exchange(bit, wanted_by)
                    return True
                line.append(holder)
        self._settled = seen
        return False

    def _exchange(self, bit: int, wanted_by: Mapping[int, _Demand]) -> None:
        holder = self._holder[bit]
        self._give(holder, self._choose(holder))
        while True:
            wanting = wanted_by[bit]
            before = self._agent.get(wanting)
            self._give(wanting, bit)
            if before is None:
                return
            bit = before
