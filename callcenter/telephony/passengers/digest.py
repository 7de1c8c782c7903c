"""Proving to a SIP server who the telephone is, without sending the password (RFC 2617, RFC 7616)."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

_ALGORITHMS: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
}


class UnknownAlgorithm(Exception):
    """The server asks for a proof that we cannot compute."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a 401 or 407 asks for."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str = ""
    is_stale: bool = False

    @classmethod
    def parse(cls, header: str) -> Self:
        """Return the challenge in a WWW-Authenticate or Proxy-Authenticate header."""
        found = re.findall(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))', header.partition(" ")[2])
        fields = {name.lower(): quoted or plain for name, quoted, plain in found}
        offered = [word.strip() for word in fields.get("qop", "").split(",")]
        return cls(
            realm=fields.get("realm", ""),
            nonce=fields.get("nonce", ""),
            algorithm=fields.get("algorithm", "MD5").upper(),
            qop="auth" if "auth" in offered else "",
            opaque=fields.get("opaque", ""),
            is_stale=fields.get("stale", "").lower() == "true",
        )

    @property
    def can_be_met(self) -> bool:
        return self.algorithm in _ALGORITHMS


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password."""

    username: str
    password: str

    def response(self, challenge: Challenge, method: str, uri: str, count: int = 1, cnonce: str = "") -> str:
        """Return the proof itself, the `response` of RFC 7616, 3.4.1. Raises UnknownAlgorithm."""
        try:
            digest = _ALGORITHMS[challenge.algorithm]
        except KeyError:
            raise UnknownAlgorithm(challenge.algorithm) from None
        secret = digest(f"{self.username}:{challenge.realm}:{self.password}".encode())
        request = digest(f"{method}:{uri}".encode())
        if challenge.qop:
            middle = f"{challenge.nonce}:{count:08x}:{cnonce}:{challenge.qop}"
        else:
            middle = challenge.nonce
        return digest(f"{secret}:{middle}:{request}".encode())

    def authorization(self, challenge: Challenge, method: str, uri: str) -> str:
        """Return the value of the Authorization header. Raises UnknownAlgorithm."""
        cnonce = secrets.token_hex(8)
        fields = [
            f'username="{self.username}"',
            f'realm="{challenge.realm}"',
            f'nonce="{challenge.nonce}"',
            f'uri="{uri}"',
            f'response="{self.response(challenge, method, uri, 1, cnonce)}"',
            f"algorithm={challenge.algorithm}",
        ]
        if challenge.opaque:
            fields.append(f'opaque="{challenge.opaque}"')
        if challenge.qop:
            fields += [f"qop={challenge.qop}", "nc=00000001", f'cnonce="{cnonce}"']
        return "Digest " + ", ".join(fields)
