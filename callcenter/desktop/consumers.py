"""The desk's socket: who you are, the desk as it stands, what changes, and what you want."""

import asyncio
import logging
import time
from typing import Any
from urllib.parse import parse_qs

import orjson
import redis
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from callcenter.accounts import permissions
from callcenter.acd.models import Agent
from callcenter.core import hub
from callcenter.core.errors import Forbidden
from callcenter.core.reading import in_thread
from callcenter.desktop import doings

log = logging.getLogger(__name__)

BROKEN, STRANGER, WRONG_ROLE, TAKEN_OVER = 1011, 4401, 4403, 4409
FIRST_LOOK_SECONDS = 1.0
"""The hub's subscription may begin a moment after the first snapshot."""
LOOK_AGAIN_SECONDS = 20.0
"""A lost nudge heals after this time at the latest."""
ANSWER_LOOK_SECONDS = 0.25
ANSWER_KEPT_SECONDS = 15.0
LARGEST_MESSAGE = 64 * 1024


class DeskConsumer(AsyncWebsocketConsumer):
    """One page of one agent. The newest page has the desk; an older one is told and stops."""

    agent: Agent
    group = ""

    async def connect(self) -> None:
        """Let agents in, tell their other pages, and begin to follow the desk."""
        await self.accept()
        self.seq = 0
        self.sent: dict[str, Any] = {}
        self.waiting: dict[int, tuple[str, float]] = {}
        self.slot: hub.Slot | None = None
        self.follower: asyncio.Task[None] | None = None
        user = self.scope["user"]
        if not user.is_authenticated:
            return await self.close(STRANGER)
        agent = await in_thread(self._agent)(user)
        if agent is None:
            return await self.close(WRONG_ROLE)
        self.agent, self.group = agent, f"desk-{agent.pk}"
        self._read_query()
        await self._announce()
        self.follower = asyncio.create_task(self._follow_to_the_end(), name=f"desk-{agent.pk}")
        return None

    async def disconnect(self, code: int) -> None:
        """Stop following; the agent's state is none of this socket's business."""
        if self.follower:
            self.follower.cancel()
        if self.group:
            try:
                await self.channel_layer.group_discard(self.group, self.channel_name)
            except (redis.RedisError, OSError) as failure:
                log.warning("desk: group not left: %s", failure)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Carry out one wish, or say why not."""
        if not self.group or not text_data or len(text_data) > LARGEST_MESSAGE:
            return
        try:
            message = orjson.loads(text_data)
        except orjson.JSONDecodeError:
            message = None
        if isinstance(message, dict) and message.get("type") == "command":
            await self._command(str(message.get("id", ""))[:40], message)

    # ------------------------------------------------------------- who is it
    def _agent(self, user: Any) -> Agent | None:
        if not permissions.has_role(user, *permissions.DESK_ROLES):
            return None
        try:
            return doings.agent_of(user)
        except Forbidden:
            return None

    def _read_query(self) -> None:
        """`tab` names the page, `opened` says when it was opened, `language` in which words it speaks."""
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        self.tab = query.get("tab", [self.channel_name])[0][:64]
        opened = query.get("opened", [""])[0]
        self.opened = int(opened) if opened.isdecimal() else int(time.time() * 1000)
        wanted = self.scope["user"].language or query.get("language", [""])[0].lower()
        self.language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    # ------------------------------------------------- one page of an agent
    async def _announce(self) -> None:
        """Tell the agent's other pages that this one is here; without Redis both go on for now."""
        event = {"type": "desk.opened", "tab": self.tab, "opened": self.opened, "channel": self.channel_name}
        try:
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.channel_layer.group_send(self.group, event)
        except (redis.RedisError, OSError) as failure:
            log.warning("desk: other pages not told: %s", failure)

    async def desk_opened(self, event: dict[str, Any]) -> None:
        """Another page of the agent opened: give way to a newer one, refuse an older one."""
        if event["channel"] == self.channel_name:
            return
        if event["tab"] == self.tab:
            await self.close()  # our own page came back on another connection
        elif event["opened"] >= self.opened:
            await self.desk_taken_over({})
        else:
            await self.channel_layer.send(event["channel"], {"type": "desk.taken_over"})

    async def desk_taken_over(self, event: dict[str, Any]) -> None:
        """This page is no longer the agent's desk."""
        await self._send({"type": "taken_over"})
        await self.close(TAKEN_OVER)

    # ------------------------------------------------------------- the state
    async def _follow_to_the_end(self) -> None:
        try:
            await self._follow()
        except Exception:  # the process edge: the page connects anew and starts from a fresh snapshot
            log.exception("desk: agent %s not followed any more", self.agent.pk)
            await self.close(BROKEN)

    async def _follow(self) -> None:
        """Send the snapshot, then whatever changes, as long as the socket stands."""
        async with hub.hub.listen(f"desk:{self.agent.pk}") as slot:
            self.slot = slot
            wait = FIRST_LOOK_SECONDS
            while True:
                try:
                    await self._push()
                    await self._settle()
                except (DatabaseError, InterfaceError) as failure:
                    log.warning("desk: database away: %s", failure)
                    await asyncio.sleep(1.0)
                    continue
                try:
                    await asyncio.wait_for(slot.get(), ANSWER_LOOK_SECONDS if self.waiting else wait)
                except TimeoutError:
                    wait = LOOK_AGAIN_SECONDS

    async def _push(self) -> None:
        """Send the sections that differ from what the page has; the first time all of them."""
        sections = await in_thread(doings.sections)(self.agent, self.language)
        changed = {name: value for name, value in sections.items() if self.sent.get(name, self) != value}
        if not changed:
            return
        kind = "patch" if self.seq else "snapshot"
        self.seq += 1
        self.sent = sections
        await self._send({"type": kind, "seq": self.seq, "now": timezone.now(), "sections": changed})

    # ------------------------------------------------------------ the wishes
    async def _command(self, number: str, wish: dict[str, Any]) -> None:
        if wish.get("name") in ("use_here", "look"):
            return await self._own_affair(number, str(wish["name"]))
        user = self.scope["user"]
        answer = await in_thread(doings.carry_out)(self.agent, user, wish, self.language)
        if answer.row is None:
            await self._result(number, answer.ok, answer.code, answer.detail)
        else:
            self.waiting[answer.row] = (number, time.monotonic())
        if self.slot:
            self.slot.put(b"")  # look at once: at what this changed, and for the answer
        return None

    async def _own_affair(self, number: str, name: str) -> None:
        """`use_here`: this page wants the desk. `look`: its phone knows of something we have not told it."""
        if name == "use_here":
            self.opened = int(time.time() * 1000)
            await self._announce()
        elif self.slot:
            self.slot.put(b"")
        await self._result(number, True)

    async def _settle(self) -> None:
        """Pass on what the telephony process answered since."""
        if not self.waiting:
            return
        for row in await in_thread(doings.answers)(list(self.waiting)):
            number, _asked_at = self.waiting.pop(row.pk)
            await self._result(number, bool(row.ok), row.code, row.detail)
        oldest = time.monotonic() - ANSWER_KEPT_SECONDS
        self.waiting = {pk: kept for pk, kept in self.waiting.items() if kept[1] > oldest}

    async def _result(self, number: str, ok: bool, code: str = "done", detail: str = "") -> None:
        await self._send({"type": "result", "id": number, "ok": ok, "code": code, "detail": detail})

    async def _send(self, message: dict[str, Any]) -> None:
        await self.send(text_data=orjson.dumps(message).decode())
