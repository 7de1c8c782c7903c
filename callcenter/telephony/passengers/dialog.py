"""What two telephones agree on for a call: tags, numbers, routes, and proof of identity (RFC 3261, 12)."""

import logging
from collections.abc import Callable
from typing import Protocol

from callcenter.telephony.passengers import messages
from callcenter.telephony.passengers.digest import Challenge, Credentials
from callcenter.telephony.passengers.messages import Headers, Message
from callcenter.telephony.passengers.transactions import NoAnswer

logger = logging.getLogger(__name__)

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER"
SDP: Headers = (("content-type", "application/sdp"),)
_MOST_ATTEMPTS = 3


class Carrier(Protocol):
    """The telephone as a dialog needs it."""

    contact: str
    credentials: Credentials | None

    def via(self) -> str:
        """Return a Via header with a fresh branch."""

    def send(self, message: Message) -> None:
        """Send once."""

    async def send_request(
        self, request: Message, on_provisional: Callable[[Message], None] | None = None
    ) -> Message:
        """Send until answered. Raises NoAnswer."""


class Dialog:
    """One side of a SIP dialog, or of a registration. `local` and `remote` are From and To without tags."""

    def __init__(self, carrier: Carrier, call_id: str, local: str, remote: str, target: str) -> None:
        self.carrier, self.call_id, self.target = carrier, call_id, target
        self.tag = messages.token()
        self._local, self._remote, self._remote_tag = local, remote, ""
        self._routes: list[str] = []
        self._number = 0
        self._sent_invite: Message | None = None

    @property
    def contact(self) -> Headers:
        return (("contact", f"<{self.carrier.contact}>"),)

    def accept(self, invite: Message) -> None:
        """Become the called side of this INVITE."""
        self._remote_tag = invite.tag("from")
        self.target = invite.address("contact")
        self._routes = invite.all_headers("record-route")

    def establish(self, answer: Message) -> None:
        """Become the calling side that got this 2xx, and acknowledge it."""
        self._remote_tag = answer.tag("to")
        self.target = answer.address("contact") or self.target
        self._routes = answer.all_headers("record-route")[::-1]
        self.acknowledge(answer)

    def acknowledge(self, answer: Message) -> None:
        """Send the ACK to a 2xx; again each time the 2xx comes again."""
        self.carrier.send(self._compose("ACK", answer.cseq[0]))

    async def request(
        self,
        method: str,
        more: Headers = (),
        body: str = "",
        on_provisional: Callable[[Message], None] | None = None,
    ) -> Message:
        """Send a request, proving who we are when asked, and return the final answer. Raises NoAnswer."""
        proof: Headers = ()
        for attempt in range(_MOST_ATTEMPTS):
            self._number += 1
            request = self._compose(method, self._number, more + proof, body)
            if method == "INVITE":
                self._sent_invite = request
            answer = await self.carrier.send_request(request, on_provisional)
            challenge = _challenge(answer)
            if challenge is None or self.carrier.credentials is None or (attempt and not challenge.is_stale):
                break
            name = "authorization" if answer.code == 401 else "proxy-authorization"
            proof = ((name, self.carrier.credentials.authorization(challenge, method, self.target)),)
        return answer

    async def cancel(self) -> None:
        """Take our INVITE back, once it has a provisional answer (RFC 3261, 9.1)."""
        invite = self._sent_invite
        if invite is None:
            return
        copied = ("via", "from", "to", "call-id", "route")
        kept = [(name, value) for name, value in invite.headers if name in copied]
        headers: Headers = (*kept, ("max-forwards", "70"), ("cseq", f"{invite.cseq[0]} CANCEL"))
        try:
            await self.carrier.send_request(Message(f"CANCEL {invite.uri} SIP/2.0", headers))
        except NoAnswer:
            logger.info("Nobody answered our CANCEL")

    def _compose(self, method: str, number: int, more: Headers = (), body: str = "") -> Message:
        headers: Headers = (
            ("via", self.carrier.via()),
            ("max-forwards", "70"),
            *(("route", route) for route in self._routes),
            ("from", f"{self._local};tag={self.tag}"),
            ("to", self._remote + (f";tag={self._remote_tag}" if self._remote_tag else "")),
            ("call-id", self.call_id),
            ("cseq", f"{number} {method}"),
            *self.contact,
            ("allow", ALLOW),
            *more,
            *(SDP if body else ()),
        )
        return Message(f"{method} {self.target} SIP/2.0", headers, body)


def _challenge(answer: Message) -> Challenge | None:
    """Return what a 401 or 407 asks for, the first that we can meet."""
    if answer.code not in (401, 407):
        return None
    name = "www-authenticate" if answer.code == 401 else "proxy-authenticate"
    offered = [Challenge.parse(value) for value in answer.all_headers(name)]
    return next((challenge for challenge in offered if challenge.can_be_met), None)
