"""The waiting line in memory: whom to ring, who overflows, what to tell those who wait."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from callcenter.acd.exchange.book import Book
from callcenter.acd.exchange.state import LiveAgent, LiveCall
from callcenter.acd.models import Offer
from callcenter.telephony.effects import Announce, Deliver
from callcenter.telephony.engine import (
    Need,
    ReadyAgent,
    WaitingCall,
    estimated_wait_seconds,
    match,
    overflow,
    positions,
)
from callcenter.telephony.words import BUSY_WITH_A_CALL, AgentState, CallState

WAY_BACK = timedelta(seconds=2)
USUAL_HANDLE_SECONDS = 110.0
"""Assumed until the line has seen calls of its own (mean talk 95 s and wrap-up 15 s, docs/kpi.md)."""


Announcer = Callable[[str, int, int | None], list[str]]
"""(language, place from 1, wait in minutes or None) → sound files to play."""


class Line:
    """Decides over the book's waiting calls and ready agents."""

    def __init__(self, book: Book, announcer: Announcer) -> None:
        self.book = book
        self._announcer = announcer
        self._handled = 0
        self._handle_seconds = 0.0

    def note_handled(self, seconds: float) -> None:
        """Remember how long a call took, for the estimate told to callers. Older calls fade."""
        self._handled = min(self._handled + 1, 50)
        self._handle_seconds += (seconds - self._handle_seconds) / self._handled

    def waiting(self) -> list[LiveCall]:
        """Callers whom somebody could be offered to now."""
        return [
            live
            for live in self.book.calls.values()
            if live.call.state is CallState.WAITING and live.offer is None and not live.call.in_net
        ]

    def ready(self) -> list[LiveAgent]:
        """Agents who would take a call now and whose phone is there."""
        return [
            agent
            for agent in self.book.agents.values()
            if agent.status.state is AgentState.READY and agent.is_registered and agent.lost_at is None
        ]

    def match(self, now: datetime) -> None:
        """Claim and ring."""
        waiting, ready = self.waiting(), self.ready()
        if not waiting or not ready or self._somebody_comes_back(now):
            return
        in_progress = Counter(
            live.call.queue for live in self.book.calls.values() if live.offer or live.call.leg is not None
        )
        decisions = match(
            self._waiting_calls(waiting),
            [_ready_agent(agent) for agent in ready],
            self.book.directory.policies,
            now,
            in_progress=in_progress,
        )
        for decision in decisions:
            self.offer(self.book.calls[decision.call_id], self.book.agents[decision.agent_id], now)

    def _somebody_comes_back(self, now: datetime) -> bool:
        """Whether callers are on their way back from the plain queue; nobody may overtake them meanwhile."""
        return any(
            live.call.in_net
            and live.call.state is CallState.WAITING
            and live.changed_at is not None
            and now - live.changed_at < WAY_BACK
            for live in self.book.calls.values()
        )

    def offer(self, live: LiveCall, agent: LiveAgent, now: datetime, *, resume: bool = False) -> None:
        """Let this call ring this agent."""
        offer = self.book.open_offer(live, agent, now, is_resume=resume)
        if not resume:
            self.book.set_status(agent, AgentState.OFFERED, now, live=live)
        self.book.out.effects.append(
            Deliver(
                live.call.call_id,
                live.call.channel,
                agent.extension,
                offer.ring_seconds,
                offer.pk,
                resume,
            )
        )

    def _waiting_calls(self, lives: Iterable[LiveCall]) -> list[WaitingCall]:
        """The line as the engine reads it. A need that nobody knows is dropped: it could never be served."""
        known = {need.skill for policy in self.book.directory.policies.values() for need in policy.needs}
        known.update(*(agent.skills for agent in self.book.agents.values()))
        return [self._waiting_call(live, known) for live in lives]

    def _waiting_call(self, live: LiveCall, known: set[str]) -> WaitingCall:
        call = live.call
        return WaitingCall(
            call_id=call.call_id,
            queue=call.queue,
            waiting_since=call.offered_at or call.arrived_at,
            priority=call.priority,
            needs=tuple(Need(skill) for skill in call.needs if skill in known),
            last_agent=live.last_agent if live.last_agent in self.book.agents else None,
            missed=live.missed,
            overflowed_from=live.overflowed_from,
            is_returned=call.returned,
        )

    def overflow(self, now: datetime) -> None:
        """Move callers whom their queue cannot serve to another one; they keep their place in time."""
        waiting = self._waiting_calls(self.waiting())
        for code in {call.queue for call in waiting}:
            policy = self.book.directory.policies.get(code)
            if policy is None:
                continue
            serving = sum(1 for agent in self.book.agents.values() if _can_serve(agent, policy.needs))
            for decision in overflow(policy, waiting, now, agents_signed_in=serving):
                if decision.to_queue:
                    live = self.book.calls[decision.call_id]
                    live.overflowed_from |= {decision.from_queue}
                    self.book.save_call(live, replace(live.call, queue=decision.to_queue))

    def announce(self, now: datetime) -> None:
        """Tell callers their place and the estimated wait. Never while a phone rings for them."""
        due = [live for live in self.waiting() if self._announcement_is_due(live, now)]
        if not due:
            return
        places = positions(self._waiting_calls(self.waiting()), self.book.directory.policies)
        for live in due:
            live.announced_at = now
            seconds = self._estimate(live, places[live.call.call_id])
            minutes = None if seconds is None else math.ceil(seconds / 60)
            files = self._announcer(live.call.language or "zh", places[live.call.call_id], minutes)
            if files:
                effect = Announce(live.call.call_id, live.call.channel, tuple(files))
                self.book.out.effects.append(effect)

    def _announcement_is_due(self, live: LiveCall, now: datetime) -> bool:
        every = self.book.directory.queue(live.call.queue).announce_seconds
        since = live.announced_at or live.call.offered_at
        return bool(every and since and (now - since).total_seconds() >= every)

    def _estimate(self, live: LiveCall, place: int) -> int | None:
        policy = self.book.directory.policies.get(live.call.queue)
        serving = [a for a in self.book.agents.values() if _can_serve(a, policy.needs if policy else ())]
        working = [
            a for a in serving if a.status.state is AgentState.READY or a.status.state in BUSY_WITH_A_CALL
        ]
        return estimated_wait_seconds(
            place,
            agents_signed_in=len(working),
            average_handle_seconds=self._handle_seconds or USUAL_HANDLE_SECONDS,
        )


def _can_serve(agent: LiveAgent, needs: tuple[Need, ...]) -> bool:
    return all(agent.skills.get(need.skill, 0) >= need.level for need in needs)


def _ready_agent(agent: LiveAgent) -> ReadyAgent:
    return ReadyAgent(
        agent_id=agent.extension,
        ready_since=agent.status.since,
        skills=agent.skills,
        team=agent.team,
        calls_today=agent.calls_today,
    )


def missed_by(call_pk: int) -> dict[str, datetime]:
    """Agents who let this call ring or refused it, and when; for a process that has just taken over."""
    rows = Offer.objects.filter(call_id=call_pk, result__in=["missed", "rejected"])
    return {extension: at for extension, at in rows.values_list("agent__extension", "ended_at") if at}
