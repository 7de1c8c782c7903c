"""Asterisk's side of an AGI connection, played by a script over a real socket.

It answers as Asterisk 22 was seen to: `HANGUP` between answers, 511 on a dead channel, `result=-1` for a
hang-up and for a missing file alike.
"""

import re
import shlex
import socket
from dataclasses import dataclass, field

OK = "200 result=0"
TIMEOUT = "200 result= (timeout)"


@dataclass
class AsteriskSide:
    """One call. `keys` are given to GET DATA one by one; "" stands for silence, None for a hang-up."""

    port: int
    keys: list = field(default_factory=list)
    uniqueid: str = "1795367743.98"
    entry: str = "12306"
    script: str = "ivr"
    missing: tuple = ()
    notices: bool = False
    commands: list = field(default_factory=list)
    variables: dict = field(default_factory=dict)
    is_dead: bool = False

    def run(self, until=None):
        """Play the call until the server closes; `until` stops at a command that begins so."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            self.stream = connection.makefile("rw", encoding="utf-8", newline="\n")
            self.send(*self.greeting())
            while line := self.stream.readline():
                self.commands.append(line.rstrip("\n"))
                if until and line.startswith(until):
                    return self
                answer = self.answer(line.strip())
                if answer is None:
                    break
                self.send(*answer)
            self.stream.close()
        return self

    def greeting(self):
        """The environment, as Asterisk sends it."""
        values = {
            "network_script": self.script,
            "uniqueid": self.uniqueid,
            "dnid": "unknown",
            "arg_1": self.entry,
        }
        return [*(f"agi_{name}: {value}" for name, value in values.items()), ""]

    def send(self, *lines):
        """Send lines."""
        self.stream.write("".join(f"{line}\n" for line in lines))
        self.stream.flush()

    def answer(self, command):
        """Return the lines that answer a command; None closes the connection."""
        if self.is_dead:
            return self.dead_answer(command)
        if command.startswith("GET DATA"):
            return self.collect(command)
        if command.startswith("WAIT FOR DIGIT"):
            key = self.next_key()
            return self.hang_up() if key is None else [f"200 result={ord(key) if key else 0}"]
        if found := re.match(r"EXEC MSet (.*)", command):
            self.set_variables(shlex.split(found[1])[0])
        return [OK]

    def dead_answer(self, command):
        """What a dead channel says."""
        if command.startswith("CHANNEL STATUS"):
            return ["511 Command Not Permitted on a dead channel or intercept routine"]
        return [OK] if command.startswith("SET VARIABLE") else ["511 Command Not Permitted on a dead channel"]

    def collect(self, command):
        """Answer GET DATA with the next key."""
        if "&" in command or any(name in command for name in self.missing):
            return ["200 result=-1"]
        if command.split()[-2] == "1":
            return [TIMEOUT]
        key = self.next_key()
        if key is None:
            return self.hang_up()
        if key == "#":
            return ["200 result="]
        return [f"200 result={key}" if key else TIMEOUT]

    def next_key(self):
        """The next key, silence when there are no more."""
        return self.keys.pop(0) if self.keys else ""

    def hang_up(self):
        """The caller leaves during a command."""
        self.is_dead = True
        return ["HANGUP", "200 result=-1"] if self.notices else ["200 result=-1"]

    def set_variables(self, pairs):
        """Set variables as MSet does: commas part them, quotes keep commas."""
        lexer = shlex.shlex(pairs, posix=True)
        lexer.whitespace, lexer.whitespace_split = ",", True
        self.variables.update(pair.split("=", 1) for pair in lexer)

    def played(self):
        """The prompts that were played, by their codes."""
        return re.findall(r"callcenter/(\w+)/([a-z_0-9]+)-", " ".join(self.commands))
