"""What a desk may ask for, and what each wish must carry."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from callcenter.acd.models import CallResult
from callcenter.core.errors import DomainError, Invalid


class UnknownCommand(DomainError):
    """There is no such wish."""

    code = "unknown_command"
    status = 400
    message = _("The desk does not know this command. Reload the page.")


class Nothing(serializers.Serializer[Any]):
    """The wish says it all."""


class NotReady(serializers.Serializer[Any]):
    """Why no calls."""

    reason = serializers.CharField(max_length=30)


class Draft(serializers.Serializer[Any]):
    """What was typed so far; everything may still be open."""

    call_id = serializers.IntegerField(min_value=1)
    reason_id = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    result = serializers.ChoiceField(CallResult.choices, allow_blank=True, default="")
    first_call_resolved = serializers.BooleanField(allow_null=True, default=None)
    note = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")


class Finish(Draft):
    """The whole wrap-up, and what comes after it."""

    then = serializers.ChoiceField(["ready", "not_ready"], default="ready")
    reason = serializers.CharField(max_length=30, allow_blank=True, default="")


class PhoneStatus(serializers.Serializer[Any]):
    """Whether the page's phone is registered, and the call it still holds."""

    registered = serializers.BooleanField()
    holding = serializers.CharField(max_length=64, allow_null=True, allow_blank=True, default=None)


SHAPES: dict[str, type[serializers.Serializer[Any]]] = {
    "sign_in": Nothing,
    "sign_out": Nothing,
    "go_ready": Nothing,
    "go_not_ready": NotReady,
    "reject": Nothing,
    "hang_up": Nothing,
    "extend_wrap_up": Nothing,
    "finish_wrap_up": Finish,
    "save_draft": Draft,
    "phone_status": PhoneStatus,
}


def understand(name: object, data: object) -> dict[str, Any]:
    """Return the checked content of a wish. Raises UnknownCommand, Invalid."""
    shape = SHAPES.get(name) if isinstance(name, str) else None
    if shape is None:
        raise UnknownCommand
    form = shape(data=data if isinstance(data, dict) else {})
    if not form.is_valid():
        raise Invalid
    return dict(form.validated_data)
