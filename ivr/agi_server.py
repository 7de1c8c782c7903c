"""The FastAGI server: a thread for each call in a menu, bounded, and patient when it is told to stop."""

import logging
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from asterisk.agi import AGIException, AGIHangup

from ivr.agi import TakeVisits, Walk, entry_of
from ivr.flow import Flow
from ivr.hardened_agi import HardenedAGI

log = logging.getLogger(__name__)

FlowFor = Callable[[str], Flow | None]
NoticesFor = Callable[[str], Sequence[str]]
MOST_CALLS = 1000
GREETING_SECONDS = 5
SILENCE_SECONDS = 180
"""Longer than any prompt with its wait for a key; a stuck connection must not keep its thread."""
SCRIPT = "ivr"


class MenuServer(socketserver.ThreadingTCPServer):
    """Serves `agi://host:port/ivr`. Beyond `most_calls` it turns calls away, and they go to an agent."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(
        self,
        address: tuple[str, int],
        flow_for: FlowFor,
        take_visits: TakeVisits,
        most_calls: int = MOST_CALLS,
        notices_for: NoticesFor = lambda entry: (),
    ) -> None:
        self.flow_for, self.take_visits, self.notices_for = flow_for, take_visits, notices_for
        self._most_calls = most_calls
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        super().__init__(address, MenuHandler)

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self.server_address[1])

    @property
    def call_count(self) -> int:
        """How many calls are in a menu now."""
        with self._lock:
            return len(self._open)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.2,), name="agi", daemon=True)
        self._thread.start()

    def verify_request(self, request: object, client_address: object) -> bool:
        """Turn a call away when too many are in the menus: better an agent's line than a stuck menu."""
        if self.call_count < self._most_calls:
            return True
        log.warning("%s calls are in the menus, another one is sent on to the agents", self._most_calls)
        return False

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Count the call before its thread begins."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Count the call out."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def stop(self, grace_seconds: float) -> None:
        """Take no new calls, let those in a menu go on for a while, then send the rest on to the agents."""
        self.shutdown()
        self.server_close()
        until = time.monotonic() + grace_seconds
        while self.call_count and time.monotonic() < until:
            time.sleep(0.05)
        with self._lock:
            left = list(self._open)
        for connection in left:
            with suppress(OSError):  # it may have ended by itself meanwhile
                connection.shutdown(socket.SHUT_RDWR)
        if left:
            log.warning("%s calls were sent on to the agents from the middle of a menu", len(left))


class MenuHandler(socketserver.BaseRequestHandler):
    """One AGI session: greet, walk, and let no fault of ours keep the caller."""

    server: MenuServer

    def handle(self) -> None:
        """Run the script. Whatever goes wrong, the closed connection lets the dialplan go on."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(GREETING_SECONDS)
        reader = self.request.makefile("r", encoding="utf-8", errors="replace", newline="\n")
        writer = self.request.makefile("w", encoding="utf-8", newline="\n")
        call = "unknown"
        try:
            agi = HardenedAGI(reader, writer)
            call = agi.env["agi_uniqueid"]
            self.request.settimeout(SILENCE_SECONDS)
            self._run(agi)
        except AGIHangup as reason:
            log.debug("%s left the menu: %s", call, reason)
        except (AGIException, OSError) as failure:
            log.warning("%s: the menu ended: %s", call, failure)
        except Exception:
            log.exception("%s: the menu failed, the dialplan sends the caller on", call)
        finally:
            _close_quietly(writer, reader)

    def _run(self, agi: HardenedAGI) -> None:
        script = agi.env.get("agi_network_script", "")
        if script != SCRIPT:
            log.warning("there is no script %r here", script[:40])
            return
        entry = entry_of(agi.env)
        menu = self.server.flow_for(entry)
        if menu is None:
            log.error("no menu is published: %s goes to an agent", agi.env["agi_uniqueid"])
            return
        Walk(agi, menu, self.server.take_visits, self.server.notices_for(entry)).run()


def _close_quietly(*streams: object) -> None:
    for stream in streams:
        try:
            stream.close()  # type: ignore[attr-defined]
        except OSError:
            log.debug("the connection was gone already")
