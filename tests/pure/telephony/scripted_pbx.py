"""A TCP server that speaks AMI by a script: for what a real Asterisk cannot be made to do at will."""

import contextlib
import socket
import threading
from collections.abc import Callable

from callcenter.telephony.adapters.ami_text import Message, MessageParser

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
Script = Callable[[Message], bytes]


def say(**headers: object) -> bytes:
    """One message; a list is a header that occurs several times."""
    lines = []
    for name, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            lines.append(f"{name}: {one}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def success(action: Message, **headers: object) -> bytes:
    return say(Response="Success", ActionID=action["ActionID"], **headers)


def error(action: Message, message: str) -> bytes:
    return say(Response="Error", ActionID=action["ActionID"], Message=message)


class ScriptedPbx:
    """`script` answers every action but Login; what it returns is sent at once. Account: platform / right."""

    def __init__(self, script: Script = success, port: int = 0) -> None:
        self.script, self.heard, self.logins = script, list[Message](), 0
        self._open: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "ScriptedPbx":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # close alone would let one more caller in
        self._server.close()
        self.drop()

    def drop(self) -> None:
        """Cut every connection."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def push(self, data: bytes) -> None:
        """Say something to everybody without being asked."""
        for one in self._open:
            one.sendall(data)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        parser = MessageParser()
        try:
            connection.sendall(BANNER)
            while data := connection.recv(65536):
                for action in parser.feed(data):
                    self.heard.append(action)
                    connection.sendall(self._answer(action, connection))
        except OSError:
            return

    def _answer(self, action: Message, connection: socket.socket) -> bytes:
        if action["Action"] != "Login":
            return self.script(action)
        if action["Secret"] != "right":
            return error(action, "Authentication failed")
        self.logins += 1
        self._open.append(connection)
        return success(action, Message="Authentication accepted") + BOOTED
