"""A past for a centre that has none: for the demo, and a million calls for measurements. Written by COPY."""

import io
import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from callcenter.accounts.models import Role, User
from callcenter.acd.models import Agent, AgentSession, Call, CallReason, NotReadyReason, Queue
from reports import folding, services, simulation
from reports.models import FoldState, KpiTarget
from reports.simulation import SimulatedCall, SimulatedSession

Say = Callable[[str], None]
# What a centre like this one asks of itself where the source names no figure.
HOUSE_TARGETS: Final = {
    6: (None, 20.0), 8: (None, 20.0), 9: (None, 15.0), 11: (12.0, None), 13: (None, 88.0), 14: (None, 5.0),
    16: (None, 0.5), 20: (95.0, None),
}  # fmt: skip
_CALL_COLUMNS: Final = (
    "id", "pbx", "linkedid", "channel", "caller_number", "dialled_number", "language", "queue_id", "priority",
    "needs", "path", "state", "outcome", "agent_id", "released_by", "arrived_at", "offered_at", "answered_at",
    "ended_at", "menu_ms", "wait_ms", "ring_ms", "talk_ms", "hold_ms", "wrap_up_ms", "hold_count",
    "missed_count", "was_transferred", "used_net", "is_rebuilt",
)  # fmt: skip
_ABOUT_A_CALL: Final = frozenset({"offered", "talking", "on_hold", "wrap_up"})
_NULL: Final = r"\N"


def generate_history(
    *, calls: int, days: int, seed: int = 12306, until: datetime | None = None, say: Say | None = None
) -> None:
    """Invent so many calls over the last days, with the agents who answered them, and fold the facts."""
    tell = say or (lambda _text: None)
    end = (until or timezone.now()).timestamp() - 120
    last = timezone.localdate(until or timezone.now())
    span = [last - timedelta(n) for n in range(days - 1, -1, -1)]
    dice = random.Random(seed)  # invented data, no secret
    midnights = [(folding.day_bounds(day)[0].timestamp(), day.weekday()) for day in span]
    moments = simulation.arrivals(midnights, calls, end, dice)
    agents = list(Agent.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))
    shifts = simulation.shifts(moments, len(agents), midnights[0][0], end)
    tell(f"{calls} calls over {days} days, {len(shifts)} shifts")
    served = list(simulation.simulate(moments, shifts, dice))
    simulation.finish(shifts)
    with transaction.atomic():
        _write(served, shifts, agents, dice, tell)
    _fold(span, tell)
    _set_targets()


def _write(
    calls: list[SimulatedCall],
    shifts: list[SimulatedSession],
    agents: list[int],
    dice: random.Random,
    tell: Say,
) -> None:
    first_call, first_session = _next_id(Call), _next_id(AgentSession)
    queues = dict(Queue.objects.values_list("code", "pk"))
    fallback = min(queues.values())
    _copy(
        "acd_call",
        _CALL_COLUMNS,
        (_call_row(n, c, first_call, queues, fallback, agents, dice) for n, c in enumerate(calls)),
    )
    tell("calls written")
    _copy(
        "acd_agentsession",
        ("id", "agent_id", "signed_in_at", "signed_out_at", "state", "state_since", "is_registered",
         "sip_password", "desk_seq"),
        (
            (first_session + n, agents[s.agent], _iso(s.start), _iso(s.end), "offline", _iso(s.end), "f", "",
             0)
            for n, s in enumerate(shifts)
        ),
    )  # fmt: skip
    _copy(
        "acd_agentstateinterval",
        ("session_id", "agent_id", "state", "reason_id", "call_id", "started_at", "ended_at"),
        _interval_rows(calls, shifts, agents, first_call, first_session),
    )
    tell("agents' time written")
    _write_papers(calls, agents, queues, fallback, first_call, first_session, dice)
    for model in (Call, AgentSession):
        _set_sequence(model)
    tell("offers and wrap-ups written")


def _call_row(
    n: int,
    call: SimulatedCall,
    first: int,
    queues: dict[str, int],
    fallback: int,
    agents: list[int],
    dice: random.Random,
) -> tuple[Any, ...]:
    was_offered, was_answered = call.queue != "", call.outcome == "answered"
    ended = call.ended if was_answered else call.offered + call.wait
    return (
        first + n, "pbx1", f"{int(call.arrived)}.{first + n}", "", _number(dice),
        "12306", call.language, queues.get(call.queue, fallback) if was_offered else _NULL, 5, "{}",
        "{" + ",".join(call.keys.split()) + "}", "ended", call.outcome,
        agents[call.agent] if was_answered else _NULL,
        ("agent" if dice.random() < 0.1 else "caller") if was_answered else "caller",
        _iso(call.arrived), _iso(call.offered) if was_offered else _NULL,
        _iso(call.answered) if was_answered else _NULL, _iso(ended), _ms(call.menu), _ms(call.wait),
        _ms(call.ring), _ms(call.talk), _ms(call.hold), _ms(call.wrap_up), int(call.hold > 0), 0,
        "t" if call.was_transferred else "f", "f", "f",
    )  # fmt: skip


def _interval_rows(
    calls: list[SimulatedCall],
    shifts: list[SimulatedSession],
    agents: list[int],
    first_call: int,
    first_session: int,
) -> Iterable[tuple[Any, ...]]:
    reason = NotReadyReason.objects.filter(is_system=False).values_list("pk", flat=True).first() or _NULL
    by_session: dict[int, list[int]] = {}
    for n, call in enumerate(calls):
        if call.session >= 0:
            by_session.setdefault(call.session, []).append(n)
    for n, session in enumerate(shifts):
        own = iter(sorted(by_session.get(n, []), key=lambda k: calls[k].answered))
        current: Any = _NULL
        for state, start, end in session.states:
            if state == "offered":
                found = next(own, None)
                current = _NULL if found is None else first_call + found
            yield (
                first_session + n, agents[session.agent], state, reason if state == "not_ready" else _NULL,
                current if state in _ABOUT_A_CALL else _NULL, _iso(start), _iso(end),
            )  # fmt: skip


def _write_papers(
    calls: list[SimulatedCall],
    agents: list[int],
    queues: dict[str, int],
    fallback: int,
    first_call: int,
    first_session: int,
    dice: random.Random,
) -> None:
    """The offers that were answered, and what the agents wrote down."""
    leaves = list(CallReason.objects.filter(numchild=0).values_list("pk", flat=True)) or [_NULL]
    answered = [(n, c) for n, c in enumerate(calls) if c.outcome == "answered"]
    _copy(
        "acd_offer",
        ("call_id", "session_id", "agent_id", "queue_id", "offered_at", "rang_at", "ended_at", "result",
         "is_resume"),
        (
            (first_call + n, first_session + c.session, agents[c.agent], queues.get(c.queue, fallback),
             _iso(c.answered - c.ring), _iso(c.answered - c.ring), _iso(c.answered), "answered", "f")
            for n, c in answered
        ),
    )  # fmt: skip
    results = ["solved"] * 82 + ["ticket"] * 9 + ["redirected"] * 6 + ["call_back"] * 2 + ["no_speech"]
    _copy(
        "acd_wrapup",
        ("call_id", "agent_id", "reason_id", "reason_during_call", "result", "first_call_resolved", "note",
         "saved_at", "finished_at"),
        (
            (first_call + n, agents[c.agent], dice.choice(leaves), "t", dice.choice(results),
             "t" if dice.random() < 0.86 else "f", "", _iso(c.ended + c.wrap_up), _iso(c.ended + c.wrap_up))
            for n, c in answered
        ),
    )  # fmt: skip


def _fold(days: list[date], tell: Say) -> None:
    for day in days:
        services.fold_range(*folding.day_bounds(day))
        tell(f"facts of {day}")
    FoldState.objects.update_or_create(pk=1, defaults={"folded_until": timezone.now()})


def _set_targets() -> None:
    for number, (low, high) in HOUSE_TARGETS.items():
        KpiTarget.objects.get_or_create(number=number, defaults={"low": low, "high": high})


def add_agents(wanted: int) -> None:
    """Invent agents without a log-in until there are so many."""
    teams = [user.team_id for user in User.objects.filter(role=Role.AGENT).only("team")] or [None]
    for n in range(Agent.objects.count(), wanted):
        user = User(username=f"history{n}", display_name=f"座席 {n}", role=Role.AGENT, is_active=False)
        user.team_id = teams[n % len(teams)]
        user.set_unusable_password()
        user.save()
        Agent.objects.create(user=user, extension=str(20000 + n))


def _next_id(model: Any) -> int:
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _set_sequence(model: Any) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1)) FROM {table}"
        )


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY in pieces, so that memory stays flat."""
    command = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        for n, row in enumerate(rows, start=1):
            buffer.write("\t".join(map(str, row)) + "\n")
            if n % 50_000 == 0:
                _flush(cursor, command, buffer)
        _flush(cursor, command, buffer)


def _flush(cursor: Any, command: str, buffer: io.StringIO) -> None:
    buffer.seek(0)
    cursor.copy_expert(command, buffer)
    buffer.seek(0)
    buffer.truncate()


def _number(dice: random.Random) -> str:
    return f"1{dice.randint(30, 99)}{dice.randint(0, 99999999):08d}"


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
