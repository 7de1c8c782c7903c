"""What a real Asterisk 22 said, with this project's dialplan. One file for each way a call can go."""

from pathlib import Path

from callcenter.telephony import signals
from callcenter.telephony.adapters import replay
from callcenter.telephony.adapters.ami_text import Message

FOLDER = Path(__file__).parent / "recordings"
CALLS = sorted(path.stem for path in FOLDER.glob("*.ami") if path.stem not in ("contact", "internal"))


def recording(name: str) -> list[Message]:
    return list(replay.messages(replay.read_chunks(FOLDER / f"{name}.ami")))


def in_short(signal: signals.AnySignal) -> str:
    """The signal as a reader would say it."""
    match signal:
        case signals.AgentRang() | signals.AgentAnswered():
            details = [signal.extension]
        case signals.DeliveryReturned():
            details = [signal.extension, signal.dial_status]
        case signals.LegEnded():
            details = [signal.extension, str(signal.cause), *["by_agent"] * signal.by_agent]
        case signals.CallEnded():
            details = [f"by_{signal.released_by}"]
        case _:
            details = []
    return " ".join([type(signal).__name__, *details])


def said(name: str) -> list[str]:
    return [in_short(signal) for signal in replay.replay(recording(name))]
