"""pyst2's AGI made safe for threads, sockets and hang-ups. Every override cures a fault met in real calls."""

import io
import re
from typing import Any, NoReturn, TextIO

from asterisk.agi import AGI, AGIAppError, AGIHangup, AGIUnknownError

LONGEST_LINE = 4096
_ORDINARY = re.compile(r"200 result=([0-9*#A-D]*)(?: \((timeout)\))?")
MOST_ENVIRONMENT_LINES = 200
DEAD_CHANNEL = 511
HANGUP_NOTICE = "HANGUP"
AT_ONCE_MS = 1
"""GET DATA reads 0 as its default of six seconds."""
NO_SOUND = "silence/1"


class _Nowhere(io.TextIOBase):
    """pyst2 writes every line it reads and writes to stderr."""

    def write(self, text: str) -> int:
        return len(text)


class _PushedBack:
    """One line that was read already, then the stream: pyst2 wants to read the first line itself."""

    def __init__(self, line: str, stream: TextIO) -> None:
        self._line: str | None = line
        self._stream = stream

    def readline(self) -> str:
        """Return the kept line once, then read on."""
        line, self._line = self._line, None
        return self._stream.readline(LONGEST_LINE) if line is None else line


class HardenedAGI(AGI):  # type: ignore[misc]
    """One AGI session over text streams.

    Raises AGIHangup whenever the caller or the connection is gone, in whatever form Asterisk says so;
    AGIAppError is left for commands that failed on a live channel, such as a prompt without its file.
    """

    def __init__(self, reader: TextIO, writer: TextIO) -> None:
        # Not super().__init__(): it installs a signal handler, which only the main thread may do.
        self.stdin: Any = reader
        self.stdout, self.stderr = writer, _Nowhere()
        self._got_sighup = False
        self.has_hung_up = False
        self.last_line = ""
        self.env: dict[str, str] = {}
        self._get_agi_env()
        if "agi_uniqueid" not in self.env:
            raise AGIHangup("the peer left before the AGI environment, or is not Asterisk")

    def _get_agi_env(self) -> None:
        """Read `agi_name: value` lines up to the empty one, and not for ever."""
        for _ in range(MOST_ENVIRONMENT_LINES):
            line = self.stdin.readline(LONGEST_LINE)
            if not line.strip():
                return
            name, _colon, value = line.partition(":")
            self.env[name.strip()] = value.strip()
        raise AGIHangup("the AGI environment does not end")

    def _quote(self, value: object) -> str:
        """pyst2 escapes neither quotes nor backslashes, so a value could end its argument."""
        return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'

    def send_command(self, command: str, *args: object) -> None:
        """Refuse line breaks: what follows one would be read as another command."""
        if any("\n" in str(part) or "\r" in str(part) for part in (command, *args)):
            raise ValueError("A line break in an AGI command")
        try:
            super().send_command(command, *args)
        except OSError as failure:
            raise AGIHangup("the AGI connection is gone") from failure

    def _read_line(self) -> str:
        """Return the next answer. The notice of a hang-up comes between answers and is no answer."""
        while True:
            try:
                line = self.stdin.readline(LONGEST_LINE)
            except (OSError, ValueError) as failure:
                raise AGIHangup("the AGI connection is gone") from failure
            if not line:
                raise AGIHangup("the AGI connection was closed")
            if line.strip() != HANGUP_NOTICE:
                return str(line)
            self.has_hung_up = True

    def get_result(self, stdin: Any = None) -> dict[str, tuple[str, str]]:
        """Read one answer, telling a hang-up from a failure."""
        stream, line = self.stdin, self._read_line()
        self.last_line = line.strip()
        if found := _ORDINARY.fullmatch(
            self.last_line
        ):  # nearly every answer; pyst2 takes its time for these
            return {"result": (found[1], found[2] or "")}
        if not self.last_line[:3].isdigit():
            raise AGIHangup("the answer is not AGI")
        self.stdin = _PushedBack(line, stream)
        try:
            answer: dict[str, tuple[str, str]] = super().get_result()
        except AGIUnknownError as failure:
            if failure.args and failure.args[0] == DEAD_CHANNEL:
                raise AGIHangup("the channel is dead") from None
            raise
        except AGIHangup:
            raise
        except AGIAppError:
            self.stdin = stream
            self._tell_hangup_from_failure()
        else:
            return answer
        finally:
            self.stdin = stream

    def _tell_hangup_from_failure(self) -> NoReturn:
        """A command ended with -1: that is a hang-up or, on a live channel, a failure."""
        if self.has_hung_up or self._is_dead():
            raise AGIHangup("hung up during a command") from None
        raise AGIAppError(f"the command failed on a live channel: {self.last_line}")

    def _is_dead(self) -> bool:
        self.send_command("CHANNEL STATUS")
        return not self._read_line().startswith("200")

    # ------------------------------------------------------------- commands we use
    def collect(self, files: list[str], timeout_ms: int, max_digits: int) -> str:
        """Play files and wait for keys. Returns the keys, `#` when only that was pressed, "" for none.

        One command for each file: unlike Playback, GET DATA takes only one. Raises AGIAppError when there
        is no such file.
        """
        *first, last = files or [NO_SOUND]
        for file in first:
            digits = self._collect_one(file, AT_ONCE_MS, max_digits)
            if digits:
                return digits
        return self._collect_one(last, timeout_ms, max_digits)

    def _collect_one(self, file: str, timeout_ms: int, max_digits: int) -> str:
        digits = self.execute("GET DATA", self._quote(file), timeout_ms, max_digits)["result"][0]
        if digits or "(timeout)" in self.last_line:
            return digits
        return "#"

    def play(self, files: list[str]) -> None:
        """Play files to the end, in one command. A missing file is passed over."""
        self.execute("EXEC", "Playback", self._quote("&".join(files)))

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set channel variables in this order, in one command. Values are codes, perhaps with commas."""
        pairs = ",".join(
            f'{name}="{value}"' if "," in value else f"{name}={value}" for name, value in variables.items()
        )
        self.execute("EXEC", "MSet", self._quote(pairs))

    def user_event(self, name: str) -> None:
        """Announce something of this channel to whoever reads the events of Asterisk."""
        self.execute("EXEC", "UserEvent", self._quote(name))
