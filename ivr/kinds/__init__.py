"""The kinds of nodes. A new kind is one module here and one entry in `KINDS`."""

from ivr.kinds.announcement import Announcement
from ivr.kinds.base import Kind
from ivr.kinds.hang_up import HangUp
from ivr.kinds.language import LanguageChoice
from ivr.kinds.menu import Menu
from ivr.kinds.queue import QueueEntry
from ivr.kinds.self_service import SelfService

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (LanguageChoice(), Menu(), Announcement(), SelfService(), QueueEntry(), HangUp())
}
