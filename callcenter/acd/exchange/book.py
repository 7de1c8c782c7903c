"""The exchange's book: live calls and agents, each change written to the database and announced."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from callcenter.acd import events as happened
from callcenter.acd.exchange.state import Directory, LiveAgent, LiveCall, LiveOffer
from callcenter.acd.models import Queue
from callcenter.acd.services import recording
from callcenter.core.events import Event
from callcenter.telephony import agent_machine, machine
from callcenter.telephony.agent_machine import AgentStatus
from callcenter.telephony.effects import Effect, NetMember
from callcenter.telephony.words import AgentState, CallState, OfferResult


@dataclass
class Outbox:
    """What one batch wants done after its commit."""

    effects: list[Effect] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    """Agents whose desk must read again (primary keys)."""


class Book:
    """Live rows and the only functions that change them."""

    def __init__(self, pbx: str, directory: Directory) -> None:
        self.pbx = pbx
        self.directory = directory
        self.calls: dict[str, LiveCall] = {}
        self.agents: dict[str, LiveAgent] = {}
        self.out = Outbox()
        self.now: datetime | None = None
        """The moment of the present batch."""

    # ------------------------------------------------------------------ calls
    def open_call(self, call: machine.Call) -> LiveCall | None:
        """Begin a call; None for one that is over already (a late signal, a channel in its last moment)."""
        row = recording.create_call(self.pbx, call, self.directory.ids)
        if row.state == CallState.ENDED:
            return None
        live = self.calls[call.call_id] = LiveCall(pk=row.pk, call=call, changed_at=self.now)
        return live

    def save_call(self, live: LiveCall, after: machine.Call) -> None:
        """Write a call's new state and wake the desk that has it."""
        recording.save_call(live.pk, live.call, after, self.directory.ids)
        live.call, live.changed_at = after, self.now
        agent = self.agents.get(after.agent) or (self.agents.get(after.leg.extension) if after.leg else None)
        if agent and agent.status.call_id == after.call_id:
            self.touch(agent)

    def forget_call(self, live: LiveCall) -> None:
        """The call is over; its row stays."""
        self.calls.pop(live.call.call_id, None)

    def open_offer(
        self, live: LiveCall, agent: LiveAgent, at: datetime, *, is_resume: bool = False
    ) -> LiveOffer:
        """Claim call and agent for each other."""
        queue = self.directory.queue(live.call.queue)
        pk = recording.open_offer(
            call_pk=live.pk,
            session_pk=agent.session_pk,
            agent_pk=agent.pk,
            queue_pk=queue.pk,
            at=at,
            is_resume=is_resume,
        )
        live.changed_at = self.now
        live.offer = LiveOffer(pk, agent.extension, at, queue.ring_seconds, is_resume)
        return live.offer

    def close_offer(self, live: LiveCall, result: OfferResult, at: datetime) -> LiveOffer | None:
        """End the claim on a call, if there is one, and return it."""
        offer, live.offer = live.offer, None
        if offer:
            recording.close_offer(offer.pk, result, max(at, offer.offered_at))
        return offer

    # ----------------------------------------------------------------- agents
    def sign_in(self, agent: LiveAgent) -> None:
        """Add an agent whose session row is open."""
        self.agents[agent.extension] = agent
        self.out.events.append(happened.AgentSignedIn(session_id=agent.session_pk, agent_id=agent.pk))
        self._net(agent)
        self.touch(agent)

    def set_status(
        self,
        agent: LiveAgent,
        state: AgentState,
        at: datetime,
        *,
        reason: str = "",
        live: LiveCall | None = None,
        call_id: str = "",
        lasts_seconds: int | None = None,
    ) -> None:
        """Change an agent's state: row, interval, event, net queue, desk."""
        before = agent.status
        call_id = live.call.call_id if live else call_id
        after = agent_machine.change(
            before, state, at, reason=reason, call_id=call_id, lasts_seconds=lasts_seconds
        )
        if after is before:
            return
        if before.state is AgentState.WRAP_UP and agent.call_pk:
            self._finish_wrap_up(agent, before, after)
        if live:
            agent.call_pk, agent.queue = live.pk, live.call.queue
        elif not call_id:
            agent.call_pk = None
        agent.status = after
        self._save_status(agent, new=True)
        changed = happened.AgentStateChanged(session_id=agent.session_pk, agent_id=agent.pk)
        self.out.events.append(changed)
        self._net(agent)
        if state is AgentState.OFFLINE:
            self.agents.pop(agent.extension, None)
            self.out.events.append(happened.AgentSignedOut(session_id=agent.session_pk, agent_id=agent.pk))

    def _finish_wrap_up(self, agent: LiveAgent, before: AgentStatus, after: AgentStatus) -> None:
        assert agent.call_pk is not None
        recording.add_wrap_up(agent.call_pk, machine.elapsed_ms(before.since, after.since))
        self.out.events.append(happened.WrapUpFinished(call_id=agent.call_pk, agent_id=agent.pk))

    def plan(self, agent: LiveAgent, *, next_reason: str) -> None:
        """Remember why the agent goes not ready after this call; empty takes it back."""
        agent.status = replace(agent.status, next_reason=next_reason)
        self._save_status(agent, new=False)

    def extend(self, agent: LiveAgent, seconds: int) -> None:
        """Give the agent's present state more time."""
        agent.status = agent_machine.extend(agent.status, seconds)
        self._save_status(agent, new=False)

    def set_registered(self, agent: LiveAgent, is_registered: bool) -> None:
        """The agent's phone came or went."""
        agent.is_registered = is_registered
        self.touch(agent)
        recording.save_phone(agent.session_pk, is_registered=is_registered, seq=agent.seq)
        self._net(agent)

    def queue_of(self, agent: LiveAgent) -> Queue:
        """The queue of the agent's present call or wrap-up."""
        return self.directory.queue(agent.queue)

    def touch(self, agent: LiveAgent) -> None:
        """The agent's desk must read again."""
        if agent.pk not in self.out.touched:
            agent.seq += 1
            self.out.touched.add(agent.pk)

    def _save_status(self, agent: LiveAgent, *, new: bool) -> None:
        self.touch(agent)
        recording.save_status(
            agent.session_pk,
            agent.pk,
            agent.status,
            self.directory.ids,
            call_pk=agent.call_pk,
            seq=agent.seq,
            new=new,
        )

    def remember_member(self, agent: LiveAgent) -> None:
        """Put a loaded agent into the plain queue again."""
        self._net(agent)

    def _net(self, agent: LiveAgent) -> None:
        """Keep the plain app_queue in step."""
        free = agent.status.state is AgentState.READY and agent.is_registered
        present = agent.status.state is not AgentState.OFFLINE
        self.out.effects.append(NetMember(agent.extension, agent.name, present, paused=not free))
