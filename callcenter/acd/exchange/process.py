"""The telephony process: threads around one brain.

- *brain* (main thread): batches of inputs → one transaction → effects. The only thread with the database.
- *events*: an asyncio loop that reads AMI and puts signals into the inbox.
- *wake*: a Redis subscription that tells of waiting commands; without it the brain looks every second.
- *hands*: perform effects, so a slow PBX never holds up the brain.
- *heart*: tells Asterisk every second that we lead. It beats only while the brain gets work done: when the
  database is away, Asterisk moves waiting callers to the plain queue within six seconds.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import orjson
import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from callcenter.acd.exchange import inputs as i
from callcenter.acd.exchange.book import Outbox
from callcenter.acd.exchange.exchange import Exchange
from callcenter.acd.exchange.loading import load_book, try_to_lead
from callcenter.acd.exchange.pbx import Hands, take_snapshot
from callcenter.acd.services.commands import WAKE_TOPIC
from callcenter.core import hub
from callcenter.telephony.adapters.ami_actions import Actions
from callcenter.telephony.adapters.ami_events import EventReader
from callcenter.telephony.adapters.ami_signals import Translator
from callcenter.telephony.adapters.ami_text import Message

log = logging.getLogger(__name__)
TICK_SECONDS = 0.25
BATCH = 200
SNAPSHOT_SECONDS = 15.0
HEALTHY_SECONDS = 3.0
LOOK_FOR_COMMANDS_TICKS = 4
SLOW_SECONDS = 0.1


class Telephony:
    """One process for one PBX."""

    def __init__(self) -> None:
        pbx = settings.ASTERISK
        self.pbx = str(pbx["name"])
        self.inbox: queue.SimpleQueue[i.Input] = queue.SimpleQueue()
        self.actions = Actions(pbx["ami_host"], pbx["ami_port"], pbx["ami_user"], pbx["ami_secret"])
        self.hands = Hands(self.actions, self.inbox.put)
        self.publisher = hub.Publisher()
        self.announcer: Callable[[str, int, int | None], list[str]] = import_string(settings.CALL_ANNOUNCER)
        self.exchange: Exchange | None = None
        self._suspects: list[i.Input] = []
        self._next_tick = 0.0
        self._tick_count = 0
        self.stopping = threading.Event()
        self.ami_up = threading.Event()
        self.worked_at = 0.0
        self._snapshot_wanted = threading.Event()
        self._snapshot_at = 0.0

    # ------------------------------------------------------------------ brain
    def run(self) -> None:
        """Lead until told to stop. Runs in the main thread."""
        for target in (self._read_events, self._listen_for_commands, self._beat, self._look_at_pbx):
            threading.Thread(target=target, name=target.__name__.strip("_"), daemon=True).start()
        held: list[i.Input] = []
        self._next_tick = time.monotonic()
        while not self.stopping.is_set():
            try:
                if self.exchange is None:
                    self._take_the_lead()
                held = held or self._next_batch()
                held = self._work(held)
            except (OperationalError, InterfaceError) as failure:
                # What was in hand is done again after reading everything anew; machines ignore the known.
                log.warning("database: %s", str(failure).strip().split("\n")[0])
                self.exchange = None
                self._close_connection()
                time.sleep(0.3)

    def stop(self, *_: Any) -> None:
        """Ask the process to end after the batch in hand."""
        self.stopping.set()

    def _take_the_lead(self) -> None:
        waited = False
        while not try_to_lead(self.pbx):
            if not waited:
                log.info("another process leads %s; standing by", self.pbx)
                waited = True
            time.sleep(0.5)
            if self.stopping.is_set():
                raise SystemExit(0)
        self.exchange = Exchange(load_book(self.pbx), self.announcer)
        book = self.exchange.book
        log.info("leading %s with %d calls and %d agents", self.pbx, len(book.calls), len(book.agents))
        for agent in book.agents.values():
            book.remember_member(agent)
        self.hands.forget_members()
        self.hands.perform(book.out.effects)
        self.worked_at = time.monotonic()
        self._snapshot_wanted.set()

    def _next_batch(self) -> list[i.Input]:
        batch: list[i.Input] = []
        deadline = time.monotonic() + TICK_SECONDS
        try:
            batch.append(
                self.inbox.get(timeout=max(0.0, min(self._next_tick - time.monotonic(), TICK_SECONDS)))
            )
            while len(batch) < BATCH and time.monotonic() < deadline:
                batch.append(self.inbox.get_nowait())
        except queue.Empty:
            pass
        if time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + TICK_SECONDS
            self._tick_count += 1
            batch.append(i.Tick())
            if self._tick_count % LOOK_FOR_COMMANDS_TICKS == 0:
                batch.append(i.CommandsWaiting())
        return batch

    def _work(self, batch: list[i.Input]) -> list[i.Input]:
        """Handle a batch. What must be tried again comes back: after a fault, its inputs one by one."""
        assert self.exchange is not None
        started = time.monotonic()
        try:
            out = self.exchange.handle(batch, timezone.now())
        except (OperationalError, InterfaceError):
            raise
        except (
            Exception
        ):  # the process edge: read everything again; of several inputs find the one that fails
            log.exception("%d inputs failed%s", len(batch), f": {batch[0]!r}" if len(batch) == 1 else "")
            self.exchange = None
            if len(batch) > 1:
                self._suspects = batch[1:]
                return batch[:1]
            return self._next_suspects()
        self.worked_at = time.monotonic()
        if self.worked_at - started > SLOW_SECONDS:
            log.warning("a batch of %d took %d ms", len(batch), (self.worked_at - started) * 1000)
        self._after_commit(out)
        return self._next_suspects()

    def _next_suspects(self) -> list[i.Input]:
        suspects, self._suspects = self._suspects, []
        if suspects:
            self._suspects = suspects[1:]
        return suspects[:1]

    def _after_commit(self, out: Outbox) -> None:
        assert self.exchange is not None
        self.hands.perform(out.effects)
        by_pk = {agent.pk: agent.seq for agent in self.exchange.book.agents.values()}
        self.publisher.publish(
            [(f"desk:{pk}", orjson.dumps({"seq": by_pk.get(pk, 0)})) for pk in out.touched]
        )
        if self.exchange.wants_snapshot:
            self.exchange.wants_snapshot = False
            self._snapshot_wanted.set()

    @staticmethod
    def _close_connection() -> None:
        try:
            connection.close()
        except (DatabaseError, InterfaceError):
            connection.connection = None

    # ---------------------------------------------------------------- threads
    def _read_events(self) -> None:
        pbx = settings.ASTERISK
        reader = EventReader(
            pbx["ami_host"], pbx["ami_port"], pbx["ami_events_user"], pbx["ami_events_secret"]
        )
        translator = Translator()

        def on_message(message: Message) -> None:
            signal = translator.translate(message, timezone.now())
            if signal is not None:
                log.debug("%s", signal)
                self.inbox.put(signal)

        def on_connected() -> None:
            log.info("AMI connected")
            self.hands.forget_members()
            self.ami_up.set()
            self._snapshot_wanted.set()

        def on_lost(reason: str) -> None:
            log.warning("AMI lost: %s", reason)
            self.ami_up.clear()

        asyncio.run(reader.run(on_message, on_connected, on_lost))

    def _listen_for_commands(self) -> None:
        while not self.stopping.is_set():
            try:
                client = redis.Redis.from_url(
                    settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=5
                )
                pubsub = client.pubsub(ignore_subscribe_messages=True)
                pubsub.subscribe(f"{settings.REDIS_PREFIX}:hub:{WAKE_TOPIC}")
                self.inbox.put(i.CommandsWaiting())
                for _ in pubsub.listen():
                    self.inbox.put(i.CommandsWaiting())
            except (redis.RedisError, OSError) as failure:
                log.warning("wake-ups: %s", failure)
                time.sleep(1)

    def _beat(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=None
        )
        key = f"{settings.REDIS_PREFIX}:beat:{self.pbx}"
        while not self.stopping.is_set():
            healthy = self.exchange is not None and time.monotonic() - self.worked_at < HEALTHY_SECONDS
            if healthy:
                self._tell_asterisk()
                state = {"at": time.time(), "ami": self.ami_up.is_set()}
                try:
                    client.set(key, orjson.dumps(state), ex=30)
                except redis.RedisError as failure:
                    log.debug("beat: %s", failure)
            self.stopping.wait(1)

    def _tell_asterisk(self) -> None:
        try:
            self.actions.setvar(None, "ACD_BEAT", str(int(time.time())))
        except (OSError, TimeoutError) as failure:
            log.debug("beat: %s", failure)

    def _look_at_pbx(self) -> None:
        """Take snapshots: when somebody wants one, and every quarter of a minute."""
        while not self.stopping.is_set():
            self._snapshot_wanted.wait(SNAPSHOT_SECONDS)
            if not self.ami_up.is_set() or self.exchange is None:
                self.stopping.wait(0.1)
                continue
            self._snapshot_wanted.clear()
            try:
                self.inbox.put(take_snapshot(self.actions))
            except (OSError, TimeoutError) as failure:
                log.warning("looking at the PBX: %s", failure)
                self._snapshot_wanted.set()
                self.stopping.wait(0.5)
