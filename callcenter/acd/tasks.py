"""Work off the request path: a passenger who really calls, for people without a telephone at hand."""

from celery import shared_task
from django.conf import settings
from django.core.cache import cache

from callcenter.telephony.passengers.audio import speech
from callcenter.telephony.passengers.crowd import place_test_call as place
from callcenter.telephony.passengers.passenger import Press, Script

KEEP_SECONDS = 600
PRESSES = (Press("1", 3.0), Press("2", 3.0), Press("1", 3.0))
"""Mandarin → lost items → an agent, in the demo menu."""


def status_key(ticket: str) -> str:
    """Where the progress of a test call lies in the cache."""
    return f"test-call:{ticket}"


@shared_task(time_limit=180)
def place_test_call(ticket: str, number: str = "13800002046") -> None:
    """Call the centre over SIP as a passenger would, and leave a report of what he went through."""
    cache.set(status_key(ticket), {"state": "calling"}, KEEP_SECONDS)
    try:
        script = Script(
            number=number, presses=PRESSES, says=speech(6.0), talks_seconds=45, gives_up_in_line_seconds=90
        )
        report = place(settings.ASTERISK["sip_host"], settings.ASTERISK["sip_port"], script)
    except OSError as failure:
        cache.set(status_key(ticket), {"state": "failed", "detail": str(failure)}, KEEP_SECONDS)
        return
    cache.set(status_key(ticket), {"state": "done", "report": report.as_dict()}, KEEP_SECONDS)
