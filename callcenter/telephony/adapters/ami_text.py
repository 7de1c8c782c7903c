"""The text of Asterisk's manager interface: bytes → messages, and an action → bytes. No sockets here.

A message is `Name: value` lines that end in CRLF, closed by an empty line. The first line of a connection
is a banner.
"""

from collections.abc import Mapping, Sequence

Value = str | list[str]

MAX_MESSAGE_BYTES = 16 << 20
"""A message that has not ended by then is not AMI; the longest real one is the output of a CLI command."""

_END = b"\r\n\r\n"


class AmiTextError(ValueError):
    """What came in cannot be AMI."""


class LoginRefused(ConnectionError):
    """The PBX does not know this account, or it may not log in from here."""


class LineBreakRefused(ValueError):
    """A value holds a line break, which Asterisk would read as the start of another header or action."""


class Message(dict[str, Value]):
    """The headers of one event or response. A header that occurs several times is a list."""

    __slots__ = ()

    def text(self, name: str, default: str = "") -> str:
        """The header as one text; of several the first."""
        value = self.get(name, default)
        return value if isinstance(value, str) else value[0]

    def texts(self, name: str) -> list[str]:
        """The header as a list; empty when it is missing."""
        value = self.get(name, [])
        return [value] if isinstance(value, str) else value

    def number(self, name: str, default: int = 0) -> int:
        """The header as a whole number; `default` when it is missing or not one."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    @property
    def event(self) -> str:
        """The name of the event; empty for a response."""
        return self.text("Event")


class MessageParser:
    """Cuts a stream of bytes into messages, however the network has cut it into pieces."""

    def __init__(self) -> None:
        self.banner: str | None = None
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that are complete now. Raises AmiTextError when no end is in sight."""
        rest = self._rest + data
        end = rest.rfind(_END)
        if end < 0:
            if len(rest) > MAX_MESSAGE_BYTES:
                raise AmiTextError(f"no end of message in {len(rest)} bytes")
            self._rest = rest
            return []
        whole, self._rest = rest[:end], rest[end + len(_END) :]
        if self.banner is None:
            whole = self._take_banner(whole)
        return [parse_message(part) for part in whole.decode("utf-8", "replace").split("\r\n\r\n") if part]

    def _take_banner(self, whole: bytes) -> bytes:
        first, _, after = whole.partition(b"\r\n")
        if b":" in first:
            self.banner = ""
            return whole
        self.banner = first.decode("utf-8", "replace").strip()
        return after


def parse_message(text: str) -> Message:
    """Read the lines of one message (without the empty line at its end)."""
    lines = text.split("\r\n")
    try:
        message = Message([line.split(": ", 1) for line in lines])
    except ValueError:
        return _parse_with_care(lines)
    return message if len(message) == len(lines) else _parse_with_care(lines)


def _parse_with_care(lines: Sequence[str]) -> Message:
    """Also repeated headers, headers without a space or a value, and lines that continue the value before."""
    message = Message()
    name = ""
    for line in lines:
        before, colon, value = line.partition(":")
        if colon:
            name = before
            _add(message, name, value.removeprefix(" "))
        elif name and line:
            _continue(message, name, line)
    return message


def _add(message: Message, name: str, value: str) -> None:
    known = message.get(name)
    if known is None:
        message[name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        message[name] = [known, value]


def _continue(message: Message, name: str, line: str) -> None:
    known = message[name]
    if isinstance(known, list):
        known[-1] += "\n" + line
    else:
        message[name] = f"{known}\n{line}"


def encode_action(name: str, action_id: str, headers: Mapping[str, object]) -> bytes:
    """Write one action. A list or tuple is sent as the same header several times; None is left out.

    Raises LineBreakRefused rather than let a value become a second action.
    """
    lines = [f"Action: {name}", f"ActionID: {action_id}"]
    for header, value in headers.items():
        several = value if isinstance(value, list | tuple) else [value]
        lines += [f"{header}: {one}" for one in several if one is not None]
    for line in lines:
        if any(character in line for character in "\r\n\0"):
            raise LineBreakRefused(f"line break in the header {line.split(':', 1)[0]!r} of {name}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
