"""The exchange's hands: performs effects in the PBX, one writer for each channel."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from callcenter.acd.exchange.inputs import DeliveryFailed, SnapshotTaken
from callcenter.telephony import effects as e
from callcenter.telephony.adapters import provisioning
from callcenter.telephony.adapters.ami_actions import ActionRefused, Actions

log = logging.getLogger(__name__)
WORKERS = 6
RETRY_SECONDS = 0.02
"""Two redirects at once: the second is refused, "channel not up"; a moment later it works."""
RETRIES = 5
VARIABLES = ("CC_QUEUE", "CC_LANGUAGE", "CC_PRIORITY", "CC_NEEDS", "CC_PATH")


@dataclass(frozen=True)
class Failure:
    """An effect that could not be performed."""

    effect: e.Effect
    message: str


@dataclass
class _Worker:
    jobs: "queue.SimpleQueue[e.Effect]" = field(default_factory=queue.SimpleQueue)


class Hands:
    """Performs effects in the background; effects on the same channel or extension keep their order."""

    def __init__(self, actions: Actions, on_failure: Callable[[DeliveryFailed], None]) -> None:
        self._actions = actions
        self._on_failure = on_failure
        self._members: dict[str, bool] = {}
        self._workers = [_Worker() for _ in range(WORKERS)]
        for number, worker in enumerate(self._workers):
            threading.Thread(target=self._work, args=(worker,), name=f"hand-{number}", daemon=True).start()

    def perform(self, wanted: list[e.Effect]) -> None:
        """Queue effects for performing."""
        for effect in wanted:
            key = getattr(effect, "channel", None) or getattr(effect, "extension", "")
            self._workers[hash(key) % WORKERS].jobs.put(effect)

    def forget_members(self) -> None:
        """The PBX was restarted: the net queue has no members any more."""
        self._members.clear()

    def _work(self, worker: _Worker) -> None:
        while True:
            effect = worker.jobs.get()
            try:
                self._perform(effect)
            except (ActionRefused, OSError, TimeoutError) as failure:
                self._failed(effect, str(failure))
            except Exception:  # a process edge: one effect must never end the worker
                log.exception("effect failed: %s", effect)
                self._failed(effect, "internal")

    def _failed(self, effect: e.Effect, message: str) -> None:
        level = logging.WARNING if isinstance(effect, e.Provision | e.Revoke | e.NetMember) else logging.INFO
        log.log(level, "not performed: %s: %s", type(effect).__name__, message)
        if isinstance(effect, e.Deliver):
            self._on_failure(DeliveryFailed(effect.call_id, effect.offer_id, message))

    def _perform(self, effect: e.Effect) -> None:
        act = self._actions
        match effect:
            case e.Deliver():
                act.setvar(effect.channel, "CC_RING", str(effect.ring_seconds))
                act.setvar(effect.channel, "CC_OFFER", str(effect.offer_id))
                act.setvar(effect.channel, "CC_RESUME", "resume" if effect.resume else "")
                self._redirect(effect.channel, "acd", effect.extension)
            case e.BackToHold():
                self._redirect(effect.channel, "hold", "s", "wait")
            case e.Announce():
                act.setvar(effect.channel, "CC_SAY", "&".join(effect.files))
                self._redirect(effect.channel, "say", "s")
            case e.HangUp():
                act.hangup(effect.channel)
            case e.NetMember():
                self._member(effect)
            case e.Provision():
                provisioning.provision(act.act, effect.extension, effect.password, webrtc=effect.browser)
            case e.Revoke():
                provisioning.revoke(act.act, effect.extension)

    def _redirect(self, channel: str, context: str, exten: str, priority: str = "1") -> None:
        for attempt in range(RETRIES):
            try:
                self._actions.redirect(channel, context, exten, priority)
                return
            except ActionRefused as refusal:
                if "not up" not in str(refusal) or attempt == RETRIES - 1:
                    raise
                time.sleep(RETRY_SECONDS)

    def _member(self, effect: e.NetMember) -> None:
        """QueueAdd, QueueRemove or QueuePause, and nothing when the net knows already."""
        known = self._members.get(effect.extension)
        interface = f"PJSIP/{effect.extension}"
        if not effect.present:
            if known is not None:
                self._actions.queue_remove("net", interface)
            self._members.pop(effect.extension, None)
        elif known is None:
            self._actions.queue_add("net", interface, name=effect.name, paused=effect.paused)
            self._members[effect.extension] = effect.paused
        elif known != effect.paused:
            self._actions.queue_pause("net", interface, paused=effect.paused)
            self._members[effect.extension] = effect.paused


def take_snapshot(actions: Actions) -> SnapshotTaken:
    """Read the PBX: channels, registrations, and the needs of callers in the line."""
    snapshot = actions.snapshot()
    variables: dict[str, dict[str, str]] = {}
    for channel in snapshot.channels:
        if channel.extension is None and channel.leg_id == channel.call_id:
            variables[channel.channel] = _needs_of(actions, channel.channel)
    return SnapshotTaken(snapshot, variables)


def _needs_of(actions: Actions, channel: str) -> dict[str, str]:
    try:
        return {name: actions.getvar(channel, name) for name in VARIABLES}
    except ActionRefused:
        return {}  # the caller has just left
