"""Emergency notices: said to every caller before the menu, from one moment to another."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.core import audit, errors
from ivr.models import EmergencyNotice
from ivr.services import prompts


class NoticeIsOver(errors.DomainError):
    """It cannot be ended twice."""

    code = "notice_is_over"
    message = _("This notice is over already.")


def announce(notice: EmergencyNotice, *, by: Any) -> EmergencyNotice:
    """Write a notice down and have it spoken; callers hear it within a second of its beginning.

    Raises SpeechFailed when no voice can speak it; then nothing was written.
    """
    prompts.render_texts(
        {(prompts.NOTICE, language): text for language, text in notice.spoken().items() if text}
    )
    with transaction.atomic():
        is_new = notice.pk is None
        notice.created_by = notice.created_by or by
        notice.save()
        audit.record("notice.announced" if is_new else "notice.changed", by=by, subject=notice)
    return notice


@transaction.atomic
def end_now(notice: EmergencyNotice, *, by: Any) -> None:
    """Let no further caller hear it; one that has not begun yet is removed."""
    now = timezone.now()
    removed, _rows = EmergencyNotice.objects.filter(pk=notice.pk, starts_at__gte=now).delete()
    ended = EmergencyNotice.objects.filter(pk=notice.pk, ends_at__gt=now).update(ends_at=now)
    if not (removed or ended):
        raise NoticeIsOver
    audit.record("notice.ended", by=by, subject=notice)
