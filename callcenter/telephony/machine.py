"""The call machine: what a signal makes of a call. No I/O, no clock.

A repeated or late signal returns the call unchanged (the very same object, so callers can see that nothing
happened). A signal that cannot be raises `IllegalSignal`; the caller stores it and reads the PBX again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from callcenter.telephony import signals as s
from callcenter.telephony.words import CONNECTED, IN_LINE, CallState, Outcome, ReleasedBy


class IllegalSignal(Exception):
    """This signal cannot happen in this state; something was missed."""


@dataclass(frozen=True, slots=True)
class AgentLeg:
    """The agent's channel of a call."""

    leg_id: str
    channel: str
    extension: str
    rang_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One passenger's call. Durations are whole milliseconds of what is finished; `since` starts the rest."""

    call_id: str
    leg_id: str
    channel: str
    arrived_at: datetime
    caller_number: str = ""
    dialled_number: str = ""
    state: CallState = CallState.IN_MENU
    outcome: Outcome = Outcome.OPEN
    queue: str = ""
    language: str = ""
    priority: int = 5
    needs: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    leg: AgentLeg | None = None
    agent: str = ""
    """Extension of the agent who talks or talked last."""
    since: datetime | None = None
    """When the present stretch of talking or holding began."""
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    menu_ms: int = 0
    wait_ms: int = 0
    ring_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    hold_count: int = 0
    missed_count: int = 0
    self_served: bool = False
    released_by: str = ""
    returned: bool = False
    """Came back to the line from an agent: is served before all others."""
    resuming: bool = False
    in_net: bool = False
    used_net: bool = False


def elapsed_ms(start: datetime | None, end: datetime) -> int:
    """Whole milliseconds between two moments, never negative: clocks of two machines may differ a little."""
    return max(0, round((end - start).total_seconds() * 1000)) if start else 0


def arrive(signal: s.CallArrived) -> Call:
    """The call as it begins."""
    return Call(
        call_id=signal.call_id,
        leg_id=signal.leg_id,
        channel=signal.channel,
        caller_number=signal.caller_number,
        dialled_number=signal.dialled_number,
        arrived_at=signal.at,
    )


def advance(call: Call, signal: s.Signal) -> Call:  # noqa: C901 - one line for each kind of signal
    """Return the call as it stands after the signal."""
    if call.state is CallState.ENDED:
        return call
    match signal:
        case s.CallArrived() | s.MenuFailed():
            return call
        case s.SelfServed():
            return replace(call, self_served=True)
        case s.WaitingBegan():
            return _begin_waiting(call, signal)
        case s.AgentRang():
            return _ring(call, signal)
        case s.AgentAnswered():
            return _answer(call, signal)
        case s.DeliveryReturned():
            return _come_back(call, signal)
        case s.AgentHeld() | s.AgentUnheld():
            return _hold(call, signal)
        case s.LegEnded():
            return _end_leg(call, signal)
        case s.ReturnedToLine():
            return _return_to_line(call, signal.at)
        case s.ResumeBegan():
            return replace(call, resuming=True) if call.state in CONNECTED else call
        case s.NetEntered():
            return replace(call, in_net=True, used_net=True, channel=signal.channel)
        case s.NetLeft():
            return replace(call, in_net=False)
        case s.CallEnded():
            return _end(call, signal)
    raise IllegalSignal(f"{type(signal).__name__} while {call.state}")


def _begin_waiting(call: Call, signal: s.WaitingBegan) -> Call:
    if call.state is not CallState.IN_MENU:
        return call
    return replace(
        call,
        state=CallState.WAITING,
        channel=signal.channel,
        queue=signal.queue,
        language=signal.language,
        priority=signal.priority,
        needs=signal.needs,
        path=signal.path,
        offered_at=signal.at,
        menu_ms=elapsed_ms(call.arrived_at, signal.at),
    )


def _ring(call: Call, signal: s.AgentRang) -> Call:
    if call.leg and call.leg.leg_id == signal.leg_id:
        return call
    leg = AgentLeg(signal.leg_id, signal.channel, signal.extension, signal.at)
    if call.state in IN_LINE:
        return replace(call, state=CallState.RINGING, leg=leg)
    if call.state in CONNECTED and call.resuming:
        return replace(call, leg=leg)
    if call.state in CONNECTED:
        return call
    raise IllegalSignal(f"agent {signal.extension} rang while {call.state}")


def _answer(call: Call, signal: s.AgentAnswered) -> Call:
    if call.state in CONNECTED and not call.resuming:
        return call
    if call.state is CallState.IN_MENU:
        raise IllegalSignal(f"agent {signal.extension} answered while {call.state}")
    known = call.leg if call.leg and call.leg.leg_id == signal.leg_id else None
    leg = known or AgentLeg(signal.leg_id, signal.channel, signal.extension, signal.at)
    if leg.answered_at:
        return call
    call = replace(call, leg=replace(leg, answered_at=signal.at), agent=signal.extension)
    if call.resuming:
        return replace(_stop_clock(call, signal.at), state=CallState.TALKING, since=signal.at, resuming=False)
    first = call.answered_at is None
    return replace(
        call,
        state=CallState.TALKING,
        since=signal.at,
        answered_at=call.answered_at or signal.at,
        wait_ms=elapsed_ms(call.offered_at, signal.at) if first else call.wait_ms,
        ring_ms=elapsed_ms(leg.rang_at, signal.at) if first else call.ring_ms,
        returned=False,
        in_net=False,
    )


def _come_back(call: Call, signal: s.DeliveryReturned) -> Call:
    """The dial to an agent is over and the caller is in the line again."""
    if call.state in CONNECTED:
        # Only the leg that talks (or should resume) can send the caller back.
        is_late = call.since is not None and signal.at < call.since
        ours = (
            signal.extension == call.agent
            and not is_late
            and (signal.dial_status == "ANSWER" or call.resuming)
        )
        return _return_to_line(call, signal.at) if ours else call
    if call.state is not CallState.RINGING or (call.leg and call.leg.extension != signal.extension):
        return call
    return replace(call, state=CallState.WAITING, leg=None, missed_count=call.missed_count + 1)


def _return_to_line(call: Call, at: datetime) -> Call:
    if call.state is CallState.RINGING:
        return replace(call, state=CallState.WAITING, leg=None)
    if call.state not in CONNECTED:
        return call
    return replace(
        _stop_clock(call, at), state=CallState.WAITING, leg=None, returned=True, resuming=False, since=None
    )


def _hold(call: Call, signal: s.AgentHeld | s.AgentUnheld) -> Call:
    if call.state not in CONNECTED or not call.leg or call.leg.leg_id != signal.leg_id:
        return call
    wanted = CallState.ON_HOLD if isinstance(signal, s.AgentHeld) else CallState.TALKING
    is_late = call.since is not None and signal.at < call.since
    if call.state is wanted or is_late:
        return call
    count = call.hold_count + (wanted is CallState.ON_HOLD)
    return replace(_stop_clock(call, signal.at), state=wanted, since=signal.at, hold_count=count)


def _end_leg(call: Call, signal: s.LegEnded) -> Call:
    if not call.leg or call.leg.leg_id != signal.leg_id or call.state not in CONNECTED or call.resuming:
        return call
    if signal.by_agent:
        return replace(call, released_by=ReleasedBy.AGENT)
    return call


def _end(call: Call, signal: s.CallEnded) -> Call:
    outcome = _outcome(call)
    waited = elapsed_ms(call.offered_at, signal.at) if outcome is Outcome.ABANDONED else call.wait_ms
    menu = call.menu_ms if call.offered_at else elapsed_ms(call.arrived_at, signal.at)
    return replace(
        _stop_clock(call, signal.at),
        state=CallState.ENDED,
        outcome=outcome,
        ended_at=max(signal.at, call.arrived_at),
        wait_ms=waited,
        menu_ms=menu,
        released_by=call.released_by or signal.released_by or ReleasedBy.CALLER,
        resuming=False,
        in_net=False,
        since=None,
    )


def _outcome(call: Call) -> Outcome:
    if call.answered_at:
        return Outcome.ANSWERED
    if call.offered_at:
        return Outcome.ABANDONED
    return Outcome.SELF_SERVICE if call.self_served else Outcome.LEFT_MENU


def _stop_clock(call: Call, at: datetime) -> Call:
    """Add the present stretch to talking or holding."""
    if call.state is CallState.TALKING:
        return replace(call, talk_ms=call.talk_ms + elapsed_ms(call.since, at))
    if call.state is CallState.ON_HOLD:
        return replace(call, hold_ms=call.hold_ms + elapsed_ms(call.since, at))
    return call
