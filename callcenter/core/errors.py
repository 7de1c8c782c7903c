"""Refusals. One DRF handler and one socket door turn them into `{"code", "detail"}`."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A business rule said no. `code` is part of the API; never rename one."""

    code = "refused"
    status = 409
    message = _("This is not possible now.")

    def __init__(self, detail: object = None) -> None:
        super().__init__(detail if detail is not None else self.message)

    @property
    def detail(self) -> str:
        """The sentence shown to the user, in his language."""
        return str(self.args[0])


class NotFound(DomainError):
    """There is no such thing, or it is hidden from this user; the two look the same."""

    code = "not_found"
    status = 404
    message = _("There is no such record.")


class Forbidden(DomainError):
    """The role may not do this."""

    code = "forbidden"
    status = 403
    message = _("Your role does not allow this.")


class Invalid(DomainError):
    """What was sent cannot be used; the sentence says what to do."""

    code = "invalid"
    status = 400
    message = _("Check what was entered.")
