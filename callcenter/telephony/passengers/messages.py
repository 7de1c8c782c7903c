"""SIP and SDP text: taking it apart and putting it together (RFC 3261, RFC 4566)."""

import re
import secrets
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "k": "supported",
    "s": "subject",
    "e": "content-encoding",
}

REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    405: "Method Not Allowed",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    603: "Decline",
}


class MalformedMessage(Exception):
    """What came in is not SIP."""


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP request or response. Header names are lower case and long; their order is kept."""

    start: str
    headers: Headers
    body: str = ""

    @property
    def is_response(self) -> bool:
        return self.start.startswith("SIP/2.0 ")

    @property
    def code(self) -> int:
        return int(self.start.split(" ", 2)[1]) if self.is_response else 0

    @property
    def method(self) -> str:
        """The request's method, or the method that a response answers."""
        return self.cseq[1] if self.is_response else self.start.split(" ", 1)[0]

    @property
    def uri(self) -> str:
        return "" if self.is_response else self.start.split(" ", 2)[1]

    @property
    def cseq(self) -> tuple[int, str]:
        number, _, method = self.header("cseq").partition(" ")
        return int(number), method.strip()

    @property
    def call_id(self) -> str:
        return self.header("call-id")

    @property
    def branch(self) -> str:
        found = re.search(r";\s*branch=([^;,\s]+)", self.header("via"))
        return found[1] if found else ""

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of that name."""
        return next((value for key, value in self.headers if key == name), default)

    def all_headers(self, name: str) -> list[str]:
        """Return every header of that name, in order."""
        return [value for key, value in self.headers if key == name]

    def tag(self, header: str) -> str:
        """Return the tag of From or To, empty when it has none."""
        found = re.search(r";\s*tag=([^;\s]+)", self.header(header).rpartition(">")[2])
        return found[1] if found else ""

    def address(self, header: str) -> str:
        """Return the URI inside From, To or Contact."""
        value = self.header(header)
        found = re.search(r"<([^>]*)>", value)
        return found[1] if found else value.split(";")[0].strip()

    def user(self, header: str) -> str:
        """Return the user part of the URI inside From, To or Contact."""
        found = re.match(r"sips?:([^@;]+)@", self.address(header))
        return found[1] if found else ""

    def with_headers(self, *more: tuple[str, str]) -> "Message":
        """Return the message with headers added at the end."""
        return Message(self.start, (*self.headers, *more), self.body)

    def encode(self) -> bytes:
        """Return the message as it goes over the wire."""
        body = self.body.encode()
        lines = [self.start, *(f"{_spelled(name)}: {value}" for name, value in self.headers)]
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _spelled(name: str) -> str:
    special = {"call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate"}
    return special.get(name) or name.title()


def parse(datagram: bytes) -> Message:
    """Return the message in a datagram. Raises MalformedMessage."""
    head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
    start, *rest = head.lstrip("\r\n").split("\r\n")
    if not re.match(r"SIP/2\.0 \d{3}( |$)|[A-Z]+ \S+ SIP/2\.0$", start):
        raise MalformedMessage(start[:80])
    message = Message(start, tuple(_header(line) for line in _unfolded(rest)), body)
    if not re.match(r"\d+\s+[A-Z]+$", message.header("cseq")) or not message.call_id:
        raise MalformedMessage(f"{start[:80]} without CSeq or Call-ID")
    return message


def _unfolded(lines: list[str]) -> list[str]:
    whole: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and whole:
            whole[-1] += " " + line.strip()
        else:
            whole.append(line)
    return whole


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    name = name.strip().lower()
    name = _COMPACT.get(name, name)
    value = value.strip()
    return (name, " ".join(value.split())) if name == "cseq" else (name, value)


def token(size: int = 8) -> str:
    """Return a fresh random word for tags, branches and Call-IDs."""
    return secrets.token_hex(size)


def branch() -> str:
    """Return a fresh branch with the cookie of RFC 3261."""
    return "z9hG4bK" + token()


def response_to(request: Message, code: int, to_tag: str = "", more: Headers = (), body: str = "") -> Message:
    """Return the answer to a request, carrying what RFC 3261, 8.2.6 says must be copied."""
    to = request.header("to")
    if to_tag and not request.tag("to"):
        to += f";tag={to_tag}"
    copied = tuple(("via", value) for value in request.all_headers("via"))
    routes = tuple(("record-route", value) for value in request.all_headers("record-route"))
    identity = (
        ("from", request.header("from")),
        ("to", to),
        ("call-id", request.call_id),
        ("cseq", request.header("cseq")),
    )
    start = f"SIP/2.0 {code} {REASONS.get(code, 'Unknown')}"
    return Message(start, copied + routes + identity + more, body)


@dataclass(frozen=True, slots=True)
class Session:
    """What SDP says about the sound: where to send it, which way, how digits are numbered."""

    host: str
    port: int
    direction: str = "sendrecv"
    event_type: int = 101

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port

    def encode(self, version: int = 1) -> str:
        """Return the SDP body: PCMU and RFC 4733 digits. `version` grows with every change."""
        return (
            f"v=0\r\no=- {self.port} {version} IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/AVP 0 {self.event_type}\r\na=rtpmap:0 PCMU/8000\r\n"
            f"a=rtpmap:{self.event_type} telephone-event/8000\r\na=fmtp:{self.event_type} 0-16\r\n"
            f"a=ptime:20\r\na={self.direction}\r\n"
        )


OPPOSITE = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive", "sendrecv": "sendrecv"}
"""What the one who answers says about direction (RFC 3264, 6.1)."""


def parse_session(body: str) -> Session | None:
    """Return the sound session of an SDP body, None when it has no PCMU to offer."""
    media = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", body, re.MULTILINE)
    host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    if not media or not host or "0" not in media[2].split():
        return None
    direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", body, re.MULTILINE)
    event = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", body, re.MULTILINE)
    return Session(
        host[1], int(media[1]), direction[1] if direction else "sendrecv", int(event[1]) if event else 101
    )
