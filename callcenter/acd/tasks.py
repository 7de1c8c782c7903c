"""Work off the request path: a passenger who really calls, for people without a telephone at hand."""

from celery import shared_task
from django.conf import settings
from django.core.cache import cache

from callcenter.telephony.passengers import place_test_call as place

KEEP_SECONDS = 600
PRESSES = "1,2,1"
"""Mandarin → lost items → an agent, in the demo menu."""


def status_key(ticket: str) -> str:
    """Where the progress of a test call lies in the cache."""
    return f"test-call:{ticket}"


@shared_task(time_limit=180)
def place_test_call(ticket: str, number: str = "13800002046") -> None:
    """Call the centre over SIP as a passenger would, and leave a report of what he went through."""
    cache.set(status_key(ticket), {"state": "calling"}, KEEP_SECONDS)
    try:
        report = place(
            settings.ASTERISK["sip_host"],
            settings.ASTERISK["sip_port"],
            number=number,
            press=PRESSES,
            talk_seconds=45,
            give_up_seconds=90,
        )
    except OSError as failure:
        cache.set(status_key(ticket), {"state": "failed", "detail": str(failure)}, KEEP_SECONDS)
        return
    cache.set(status_key(ticket), {"state": "done", "report": report.as_dict()}, KEEP_SECONDS)
