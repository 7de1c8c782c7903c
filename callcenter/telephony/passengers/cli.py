"""`./run call`: passengers who really call the running centre."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from callcenter.telephony.passengers import audio, crowd, table
from callcenter.telephony.passengers.passenger import Ending, PassengerReport, Press, Script

LANGUAGE_KEYS = {"zh": "1", "en": "2"}
"""The first key of the demo menu."""

_VOICES = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0 when every call was taken in, 1 when one was refused, 2 for misuse."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.host or not options.port:
        parser.error(
            "where is the centre? give --host and --port, or ASTERISK_SIP_HOST and ASTERISK_SIP_PORT"
        )
    if options.count < 1 or options.rate <= 0:
        parser.error("--count must be at least 1 and --rate more than 0")
    try:
        scripts = _scripts(options)
    except (audio.UnusableRecording, ValueError) as reason:
        parser.error(str(reason))
    display = table.choose(sys.stderr if options.json else sys.stdout)
    try:
        reports = asyncio.run(
            crowd.call_all((options.host, options.port), scripts, options.rate, display.show)
        )
    except KeyboardInterrupt:
        sys.stderr.write("stopped; everybody hung up\n")
        return 130
    except OSError as reason:
        sys.stderr.write(f"no call could be made: {reason}\n")
        return 1
    display.finish()
    _print(reports, options.json)
    return 1 if any(report.ending is Ending.REFUSED for report in reports) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run call",
        description="Place real telephone calls into the running centre and say what happened to each.",
        epilog="Examples: ./run call --press 1,1 · ./run call --count 50 --rate 5 --talk 20 · "
        "./run call --give-up 15 --language en",
    )
    parser.add_argument("--count", type=int, default=1, help="how many passengers (1)")
    parser.add_argument("--rate", type=float, default=1.0, help="new calls a second (1)")
    parser.add_argument(
        "--talk",
        type=float,
        default=30.0,
        metavar="S",
        help="seconds of talk before hanging up (30); 0 waits for the agent to hang up",
    )
    parser.add_argument("--language", choices=sorted(LANGUAGE_KEYS), help="press the language key first")
    parser.add_argument("--press", default="", metavar="1,2", help="keys, one group for each menu")
    parser.add_argument("--give-up", type=float, metavar="S", help="hang up after S seconds in the line")
    parser.add_argument("--leave-menu", type=float, metavar="S", help="hang up after S seconds in the menu")
    parser.add_argument("--number", help="the caller's number (else a different one for each)")
    parser.add_argument("--dial", default="12306", help="the number to dial (12306)")
    parser.add_argument("--speech", type=Path, metavar="FILE", help="a WAV file to speak (8 kHz, 16 bit)")
    parser.add_argument("--vanish", action="store_true", help="end without hanging up, as in a tunnel")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    parser.add_argument(
        "--host", default=os.environ.get("ASTERISK_SIP_HOST"), help="default: ASTERISK_SIP_HOST"
    )
    parser.add_argument(
        "--port", type=int, default=os.environ.get("ASTERISK_SIP_PORT"), help="default: ASTERISK_SIP_PORT"
    )
    return parser


def _scripts(options: argparse.Namespace) -> list[Script]:
    """Return one script for each passenger. Raises UnusableRecording, ValueError."""
    language = LANGUAGE_KEYS.get(options.language or "", "")
    groups = [group for group in (language, *options.press.split(",")) if group]
    if unknown := set("".join(groups)) - set("0123456789*#"):
        raise ValueError(f"no such key: {' '.join(sorted(unknown))}")
    if options.speech:
        voices = [audio.load_recording(options.speech)]
    else:
        voices = [audio.speech(6.0, seed, 110 + 25 * seed) for seed in range(min(options.count, _VOICES))]
    script = Script(
        dials=options.dial,
        presses=tuple(Press(group) for group in groups),
        talks_seconds=options.talk or None,
        gives_up_in_line_seconds=options.give_up,
        gives_up_in_menu_seconds=options.leave_menu,
        vanishes=options.vanish,
    )
    return [
        replace(script, number=options.number or crowd.number_for(place), says=voices[place % len(voices)])
        for place in range(options.count)
    ]


def _print(reports: Sequence[PassengerReport], as_json: bool) -> None:
    summary = crowd.summarise(reports)
    if as_json:
        everything = {"summary": summary.as_dict(), "calls": [report.as_dict() for report in reports]}
        sys.stdout.write(json.dumps(everything, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(table.summary_line(summary) + "\n")
