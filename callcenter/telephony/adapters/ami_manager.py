"""pyst2's Manager, cured. Each fault is named with its cure in tests/pure/telephony/test_ami_manager.py.

What is kept of pyst2 is its connection object and its verbs (`redirect`, `hangup`, `originate`, `command` …);
what is replaced is how it reads, how it matches answers to actions, and how it ends.
"""

import logging
import socket
import threading
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asterisk.manager

from callcenter.telephony.adapters.ami_text import AmiTextError, Message, MessageParser, encode_action

log = logging.getLogger(__name__)

READ_BYTES = 1 << 16


class ActionTimeout(TimeoutError):
    """The PBX did not answer in time. Whether it has acted is unknown."""


class ConnectionLost(ConnectionError):
    """The connection ended before the answer came. Whether the PBX has acted is unknown."""


@dataclass(slots=True)
class Answer:
    """What one action got back: its response, and the items of a list action."""

    response: Message
    items: list[Message] = field(default_factory=list)

    @property
    def is_success(self) -> bool:
        return self.response.text("Response") == "Success"

    @property
    def message(self) -> str:
        return self.response.text("Message")

    def get_header(self, name: str, default: str | None = None) -> str | None:
        """pyst2's way to ask for a header; its own verbs use it."""
        return self.response.text(name) if name in self.response else default


class _Waiting:
    """One action whose answer is not here yet."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.is_answered = False
        self._messages: list[Message] = []

    def take(self, message: Message) -> None:
        """Add what the PBX said; a list goes on until it says Complete."""
        self._messages.append(message)
        is_list = self._messages[0].text("EventList").lower() == "start"
        if not is_list or message.text("EventList").lower() in ("complete", "cancelled"):
            self.is_answered = True
            self.ended.set()

    def answer(self) -> Answer:
        """What came, without the line that closes a list."""
        first, *rest = self._messages
        return Answer(first, [item for item in rest if "EventList" not in item])


class HardenedManager(asterisk.manager.Manager):  # type: ignore[misc]
    """One connection for actions, without events. Any number of threads may act at once.

    It lives once: when the connection is lost, make a new one.
    """

    def __init__(self, timeout_seconds: float = 5.0) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # pyst2 calls setDaemon
            super().__init__()
        self.title: str | None = None
        self.version = ""
        self._heard_at = 0.0
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._socket: socket.socket | None = None

    def __del__(self) -> None:
        """pyst2 logs off here, which hangs a process that is ending."""

    def connect(self, host: str, port: int = 5038) -> None:
        """Connect, with a limit on how long it may take. Raises OSError."""
        self._socket = socket.create_connection((host, int(port)), self._timeout)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._connected.set()
        self._running.set()
        self.message_thread.start()

    def login(self, username: str, secret: str) -> Answer:
        """Log in without events. Raises pyst2's ManagerAuthException when the account is refused."""
        answer = self.act("Login", {"Username": username, "Secret": secret, "Events": "off"})
        if not answer.is_success:
            raise asterisk.manager.ManagerAuthException(answer.message)
        return answer

    def send_action(self, cdict: Mapping[str, Any] | None = None, **kwargs: Any) -> Answer:
        """What pyst2's verbs call; every action has its own headers."""
        headers = {**(cdict or {}), **kwargs}
        return self.act(headers.pop("Action"), headers)

    def act(
        self, name: str, headers: Mapping[str, object] | None = None, timeout_seconds: float | None = None
    ) -> Answer:
        """Send one action and wait for its own answer, for a list action up to the end of the list.

        Raises ActionTimeout, ConnectionLost, or LineBreakRefused before anything is sent.
        """
        action_id = f"{self.next_seq():08x}"
        waiting = _Waiting()
        sent_at = time.monotonic()
        self._send(action_id, waiting, encode_action(name, action_id, headers or {}))
        ended = waiting.ended.wait(self._timeout if timeout_seconds is None else timeout_seconds)
        self._waiting.pop(action_id, None)
        if waiting.is_answered:
            return waiting.answer()
        if ended:
            raise ConnectionLost(f"the connection ended before the answer to {name}")
        if self._heard_at < sent_at:
            self.close()  # not one slow action: nothing has come at all
        raise ActionTimeout(f"no answer to {name}")

    def _send(self, action_id: str, waiting: _Waiting, data: bytes) -> None:
        with self._lock:
            if not self.connected() or self._socket is None:
                raise ConnectionLost("not connected")
            self._waiting[action_id] = waiting
            try:
                self._socket.sendall(data)
            except OSError:
                self._waiting.pop(action_id, None)
                self._end()
                raise

    def connected(self) -> bool:
        return bool(self._connected.is_set())

    def message_loop(self) -> None:
        """The reader thread. Each answer goes to the action that asked; a late one is dropped."""
        parser = MessageParser()
        assert self._socket is not None
        try:
            while data := self._socket.recv(READ_BYTES):
                self._heard_at = time.monotonic()
                for message in parser.feed(data):
                    waiting = self._waiting.get(message.text("ActionID"))
                    if waiting is not None:
                        waiting.take(message)
                if self.title is None and parser.banner:
                    self.title, _, self.version = parser.banner.partition("/")
        except (OSError, AmiTextError) as failure:
            log.info("AMI actions: %s", failure)
        finally:
            with self._lock:
                self._end()

    def _end(self) -> None:
        """Take no further action, let nobody wait for an answer that cannot come. Call with the lock held."""
        self._connected.clear()
        self._running.clear()
        if self._socket is not None:
            self._socket.close()
        for waiting in list(self._waiting.values()):
            waiting.ended.set()

    def close(self) -> None:
        """End the connection at once, from any thread; a second time does nothing."""
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("AMI actions: already closed")
        with self._lock:
            self._end()
        if self.message_thread.is_alive() and threading.current_thread() is not self.message_thread:
            self.message_thread.join(self._timeout)
