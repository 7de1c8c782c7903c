"""What happens because time passes."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callcenter.acd.exchange.state import Directory, LiveAgent, LiveCall, skills_of
from callcenter.telephony.words import AgentState, CallState, OfferResult

if TYPE_CHECKING:
    from callcenter.acd.exchange.exchange import Exchange

GRACE_SECONDS = 2.0
"""A page that reloads is registered again in 0.1 s, one whose socket dropped in 1–2 s (docs/telephony.md)."""
OFFER_SLACK_SECONDS = 5.0
TICKS_A_SECOND = 4


def run(exchange: "Exchange", now: datetime) -> None:
    """Everything that may be due; called four times a second."""
    exchange.ticks += 1
    for agent in list(exchange.book.agents.values()):
        _agent(exchange, agent, now)
    if exchange.ticks % TICKS_A_SECOND == 0:
        for live in list(exchange.book.calls.values()):
            _stale_offer(exchange, live, now)
        exchange.line.overflow(now)
        exchange.line.announce(now)
    if exchange.ticks % (5 * TICKS_A_SECOND) == 0:
        refresh_directory(exchange)


def _agent(exchange: "Exchange", agent: LiveAgent, now: datetime) -> None:
    if agent.lost_at and (now - agent.lost_at).total_seconds() >= GRACE_SECONDS:
        _phone_gone(exchange, agent, now)
    if agent.status.until and now >= agent.status.until:
        _time_up(exchange, agent, agent.status.until)


def _phone_gone(exchange: "Exchange", agent: LiveAgent, now: datetime) -> None:
    """Nobody came back: the passenger goes to the front of the line, the agent is not ready."""
    agent.lost_at = None
    live = exchange.book.calls.get(agent.status.call_id)
    if agent.status.state in (AgentState.TALKING, AgentState.ON_HOLD) and live:
        exchange.take_back(live, now)
    elif agent.status.state is AgentState.READY:
        exchange.book.set_status(agent, AgentState.NOT_READY, now, reason="phone")


def _time_up(exchange: "Exchange", agent: LiveAgent, at: datetime) -> None:
    if agent.status.state is AgentState.WRAP_UP:
        exchange.finish_work(agent, at)
    elif agent.status.state is AgentState.NOT_READY:
        if agent.is_registered:
            exchange.book.set_status(agent, AgentState.READY, at)
        else:
            exchange.book.set_status(agent, AgentState.NOT_READY, at, reason="phone")


def _stale_offer(exchange: "Exchange", live: LiveCall, now: datetime) -> None:
    """An offer whose result never came (a lost redirect, a phone that never rang) ends here."""
    offer = live.offer
    if offer is None:
        return
    limit = timedelta(seconds=offer.ring_seconds + OFFER_SLACK_SECONDS)
    if now - offer.offered_at < limit:
        return
    exchange.book.close_offer(live, OfferResult.UNREACHABLE, now)
    agent = exchange.book.agents.get(offer.extension)
    if live.call.state is CallState.RINGING or live.call.resuming:
        exchange.take_back(live, now)
    if agent and agent.status.state is AgentState.OFFERED:
        exchange.release(agent, OfferResult.UNREACHABLE, now)
    exchange.wants_snapshot = True


def refresh_directory(exchange: "Exchange") -> None:
    """Take over what administrators edited."""
    exchange.book.directory = Directory()
    for agent in exchange.book.agents.values():
        known = exchange.book.directory.agents.get(agent.extension)
        if known:
            agent.skills = skills_of(known)
            agent.team = known.user.team.code if known.user.team else None
