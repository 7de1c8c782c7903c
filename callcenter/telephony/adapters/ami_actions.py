"""What the platform asks of the PBX. One object for all threads; it connects by itself, again and again.

A refusal is raised as ActionRefused: that a caller has just left (ChannelGone) is ordinary. A PBX that is
away or still starting raises OSError, one that does not answer TimeoutError.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import asterisk.manager

from callcenter.telephony.adapters import ami_reading
from callcenter.telephony.adapters.ami_manager import Answer, ConnectionLost, HardenedManager
from callcenter.telephony.adapters.ami_text import LoginRefused, Message
from callcenter.telephony.signals import Snapshot

Headers = Mapping[str, object]

_CHANNEL_GONE = ("No such channel", "Channel does not exist")
_UNKNOWN_ACTION = "Invalid/unknown command"
_NOTHING_FOUND = ("No Contacts found", "Database entry not found")


class ActionRefused(Exception):
    """The PBX said no; the text is its own."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(message)
        self.action = action


class ChannelGone(ActionRefused):
    """The channel is not there any more: the caller or the agent has just hung up."""


class NotReady(ConnectionError):
    """The PBX does not know this action: it is still starting, or it was built without the module."""


def _now() -> datetime:
    return datetime.now(UTC)


class Actions:
    """The actions account of one PBX."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        secret: str,
        *,
        timeout_seconds: float = 5.0,
        retry_seconds: float = 0.5,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """`retry_seconds`: after a failed attempt to connect, others fail at once for so long."""
        self._address, self._account = (host, int(port)), (user, secret)
        self._timeout, self._retry, self._clock = timeout_seconds, retry_seconds, clock
        self._lock = threading.Lock()
        self._manager: HardenedManager | None = None
        self._failed_at: float | None = None

    # -- any action ---------------------------------------------------------------------------------------

    def ask(self, name: str, headers: Headers | None = None, timeout_seconds: float | None = None) -> Answer:
        """Send an action and return its answer, whatever it says."""
        return self._connected().act(name, headers, timeout_seconds)

    def act(self, name: str, headers: Headers | None = None) -> dict[str, str]:
        """The same, as plain headers: Response, Message and what the action adds."""
        response = self.ask(name, headers).response
        return {header: response.text(header) for header in response}

    def do(self, name: str, headers: Headers | None = None, timeout_seconds: float | None = None) -> Answer:
        """Send an action that must succeed. Raises ActionRefused, ChannelGone or NotReady."""
        answer = self.ask(name, headers, timeout_seconds)
        if answer.is_success:
            return answer
        if answer.message.startswith(_UNKNOWN_ACTION):
            raise NotReady(answer.message)
        gone = answer.message.startswith(_CHANNEL_GONE)
        raise (ChannelGone if gone else ActionRefused)(name, answer.message)

    def items(self, name: str, headers: Headers | None = None) -> list[Message]:
        """The items of a list action; none when the PBX says that there are none."""
        try:
            return self.do(name, headers).items
        except ActionRefused as refusal:
            if str(refusal).startswith(_NOTHING_FOUND):
                return []
            raise

    # -- channels -----------------------------------------------------------------------------------------

    def redirect(self, channel: str, context: str, exten: str, priority: str | int = 1) -> None:
        """Send a channel elsewhere in the dialplan; `priority` may be a label.

        A second redirect of the same channel within milliseconds is refused ("channel not up"): one
        writer for each caller, who may try again.
        """
        where = {"Channel": channel, "Context": context, "Exten": exten, "Priority": priority}
        self.do("Redirect", where)

    def hangup(self, channel: str, cause: int = 16) -> None:
        """End a channel; 16 is the ordinary end of a call."""
        self.do("Hangup", {"Channel": channel, "Cause": cause})

    def setvar(self, channel: str | None, name: str, value: object) -> None:
        """Set a variable of a channel; of the whole PBX when `channel` is None."""
        self.do("Setvar", {"Channel": channel, "Variable": name, "Value": value})

    def getvar(self, channel: str | None, name: str) -> str:
        """The value of a variable, empty when it is not set."""
        return self.do("Getvar", {"Channel": channel, "Variable": name}).response.text("Value")

    def originate(
        self,
        channel: str,
        *,
        context: str | None = None,
        exten: str | None = None,
        application: str | None = None,
        data: str | None = None,
        caller_id: str | None = None,
        ring_seconds: float = 30,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """Ring a phone and join it to an extension or an application. Returns when the PBX has taken the
        order.

        How it went is told by the event OriginateResponse (Reason 4: answered).
        """
        headers = {
            "Channel": channel,
            "Context": context,
            "Exten": exten,
            "Priority": 1 if exten else None,
            "Application": application,
            "Data": data,
            "CallerID": caller_id,
            "Timeout": int(ring_seconds * 1000),
            "Async": "true",
            "Variable": [f"{name}={value}" for name, value in (variables or {}).items()],
        }
        self.do("Originate", headers)

    # -- the plain queue behind us ------------------------------------------------------------------------

    def queue_add(
        self, queue: str, interface: str, *, name: str = "", paused: bool = False, penalty: int = 0
    ) -> None:
        """Put a phone into a queue; one that is there already is only paused or unpaused."""
        headers = {
            "Queue": queue,
            "Interface": interface,
            "StateInterface": interface,
            "MemberName": name or None,
            "Paused": _true_or_false(paused),
            "Penalty": penalty,
        }
        try:
            self.do("QueueAdd", headers)
        except ActionRefused as refusal:
            if "Already there" not in str(refusal):
                raise
            self.queue_pause(queue, interface, paused=paused)

    def queue_remove(self, queue: str, interface: str) -> None:
        """Take a phone out of a queue; one that is not there is no error."""
        try:
            self.do("QueueRemove", {"Queue": queue, "Interface": interface})
        except ActionRefused as refusal:
            if "Not there" not in str(refusal):
                raise

    def queue_pause(self, queue: str, interface: str, *, paused: bool, reason: str = "") -> None:
        """Let a member of a queue rest, or work again."""
        headers = {"Queue": queue, "Interface": interface, "Paused": _true_or_false(paused)}
        self.do("QueuePause", headers | ({"Reason": reason} if reason else {}))

    def queue_status(self, queue: str) -> list[Message]:
        """QueueParams, one QueueMember for each phone, one QueueEntry for each caller."""
        return self.items("QueueStatus", {"Queue": queue})

    # -- reading the PBX ----------------------------------------------------------------------------------

    def core_show_channels(self) -> list[Message]:
        """Every channel that is up."""
        return self.items("CoreShowChannels")

    def contacts(self) -> list[Message]:
        """Every registration of a phone."""
        return self.items("PJSIPShowContacts")

    def snapshot(self) -> Snapshot:
        """All that is up now, in our own words. What happens while it is read may be in it or not."""
        at = self._clock()
        return ami_reading.snapshot(self.core_show_channels(), self.contacts(), at)

    def command(self, line: str) -> list[str]:
        """The output of a CLI command, line by line. For people and for checks, not for rules."""
        return self.do("Command", {"Command": line}).response.texts("Output")

    def ping(self) -> None:
        """Return if the PBX answers."""
        self.do("Ping")

    # -- Asterisk's own database --------------------------------------------------------------------------

    def db_put(self, family: str, key: str, value: str) -> None:
        """Store a value."""
        self.do("DBPut", {"Family": family, "Key": key, "Val": value})

    def db_get(self, family: str, key: str) -> str | None:
        """The stored value, or None."""
        found = self.items("DBGet", {"Family": family, "Key": key})
        return found[0].text("Val") if found else None

    def db_del(self, family: str, key: str) -> None:
        """Forget a value; one that is not there is no error."""
        try:
            self.do("DBDel", {"Family": family, "Key": key})
        except ActionRefused as refusal:
            if "could not be deleted" not in str(refusal):
                raise

    # -- the connection -----------------------------------------------------------------------------------

    def close(self) -> None:
        """End the connection. The next action would open it again."""
        with self._lock:
            if self._manager is not None:
                self._manager.close()
            self._manager = None

    def _connected(self) -> HardenedManager:
        with self._lock:
            if self._manager is None or not self._manager.connected():
                self._manager = self._connect()
            return self._manager

    def _connect(self) -> HardenedManager:
        if self._failed_at is not None and time.monotonic() - self._failed_at < self._retry:
            raise ConnectionLost("the PBX was away a moment ago")
        manager = HardenedManager(self._timeout)
        self._failed_at = time.monotonic()
        try:
            manager.connect(*self._address)
            manager.login(*self._account)
        except asterisk.manager.ManagerAuthException as refusal:
            manager.close()
            raise LoginRefused(str(refusal)) from None
        except OSError:
            manager.close()
            raise
        self._failed_at = None
        return manager


def _true_or_false(value: bool) -> str:
    return "true" if value else "false"
