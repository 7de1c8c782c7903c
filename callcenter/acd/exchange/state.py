"""What the exchange holds in memory: open rows, rebuilt from the database and the PBX at any time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from callcenter.acd.models import Agent, NotReadyReason, Queue
from callcenter.acd.services.recording import Ids
from callcenter.telephony import machine
from callcenter.telephony.agent_machine import AgentStatus
from callcenter.telephony.engine import Need, Overflow, QueuePolicy, RelaxStep, Strategy


@dataclass(slots=True)
class LiveOffer:
    """An open claim."""

    pk: int
    extension: str
    offered_at: datetime
    ring_seconds: int
    is_resume: bool = False


@dataclass(slots=True)
class LiveCall:
    """A call that has not ended."""

    pk: int
    call: machine.Call
    last_agent: str = ""
    missed: dict[str, datetime] = field(default_factory=dict)
    offer: LiveOffer | None = None
    overflowed_from: frozenset[str] = frozenset()
    announced_at: datetime | None = None
    changed_at: datetime | None = None
    """When we last learned or decided something about it; an older look at the PBX knows less."""


@dataclass(slots=True)
class LiveAgent:
    """An agent who is signed in."""

    pk: int
    extension: str
    session_pk: int
    status: AgentStatus
    name: str
    team: str | None
    skills: Mapping[str, int]
    call_pk: int | None = None
    queue: str = ""
    """Queue of the present call, kept through its wrap-up."""
    seq: int = 0
    is_registered: bool = False
    contact: str = ""
    """Address of the present registration: a late farewell of an older one is not ours."""
    lost_at: datetime | None = None
    """When the phone's registration went away; None while it is there."""
    returning: bool = False
    """The phone is back in mid-call; the page has yet to say whether it still holds the call."""
    calls_today: int = 0
    uses_browser: bool = True


class Directory:
    """Reference data by code, read again every few seconds: an administrator's edit needs no restart."""

    def __init__(self) -> None:
        self.queues = {
            queue.code: queue
            for queue in Queue.objects.select_related("overflow_queue").prefetch_related("needs__skill")
        }
        self.policies = {code: _policy(queue) for code, queue in self.queues.items() if queue.is_active}
        self.agents = {
            agent.extension: agent
            for agent in Agent.objects.select_related("user__team").prefetch_related("skills__skill")
        }
        self.reasons = {reason.code: reason for reason in NotReadyReason.objects.all()}
        self.ids = Ids(
            queues={code: queue.pk for code, queue in self.queues.items()},
            agents={extension: agent.pk for extension, agent in self.agents.items()},
            reasons={code: reason.pk for code, reason in self.reasons.items()},
        )
        self.extension_by_pk = {agent.pk: extension for extension, agent in self.agents.items()}
        self.queue_by_pk = {queue.pk: code for code, queue in self.queues.items()}
        self.reason_by_pk = {reason.pk: code for code, reason in self.reasons.items()}

    def queue(self, code: str) -> Queue:
        """The queue's settings; an unknown code is served by the rules of a plain queue."""
        return self.queues.get(code) or Queue(code=code)


def _policy(queue: Queue) -> QueuePolicy:
    needs = list(queue.needs.all())
    overflow = queue.overflow_queue
    return QueuePolicy(
        code=queue.code,
        strategy=Strategy(queue.strategy),
        needs=tuple(Need(n.skill.code, n.min_level) for n in needs),
        relax=tuple(
            RelaxStep(n.relax_after_seconds, n.skill.code, n.relaxed_level)
            for n in needs
            if n.relax_after_seconds is not None
        ),
        target_seconds=queue.service_level_seconds,
        last_agent_grace_seconds=queue.last_agent_seconds,
        max_wait_seconds=queue.max_wait_seconds or None,
        max_length=queue.max_length or None,
        overflow=Overflow(to_queue=overflow.code) if overflow and overflow.is_active else None,
    )


def skills_of(agent: Agent) -> dict[str, int]:
    """Skill code → level."""
    return {skill.skill.code: skill.level for skill in agent.skills.all()}
