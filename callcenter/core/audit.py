"""The audit trail: one function, called by services and by audited reads."""

from typing import Any

from django.db.models import Model

from callcenter.core.models import AuditEntry


def record(action: str, *, by: Any = None, subject: Model | None = None, **detail: Any) -> AuditEntry:
    """Write down that `by` (a user, or None for the system) did `action` to `subject`."""
    return AuditEntry.objects.create(
        action=action,
        actor_id=getattr(by, "pk", None),
        actor_name=getattr(by, "username", "") if by is not None else "",
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        detail=detail,
    )
