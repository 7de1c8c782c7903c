"""Forms of the sign-in pages and of a person's own settings."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from callcenter.accounts.models import User


class SignInForm(AuthenticationForm):
    """Name and password. A refusal says how many tries are left before the pause."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "inactive": _("This account is closed. Ask an administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")

    def get_invalid_login_error(self) -> ValidationError:
        """Say that the pair is wrong, never which half of it, and what comes next."""
        left = self._tries_left()
        minutes = int(get_cool_off(self.request).total_seconds() // 60)
        text = ngettext(
            "User name and password do not match. %(left)d more try, then a pause of %(minutes)d minutes.",
            "User name and password do not match. %(left)d more tries, then a pause of %(minutes)d minutes.",
            left,
        )
        return ValidationError(text % {"left": left, "minutes": minutes}, code="invalid_login")

    def _tries_left(self) -> int:
        credentials = {"username": self.cleaned_data.get("username", "")}
        failures = AxesProxyHandler.get_failures(self.request, credentials)
        return max(0, int(get_failure_limit(self.request, credentials)) - int(failures))


class PreferencesForm(forms.ModelForm):
    """Language and look. Sent whole from the profile page, or in part from a switch on any page."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser asks")), ("zh-hans", "简体中文"), ("en", "English")],
        widget=forms.RadioSelect,
    )
    scheme = forms.ChoiceField(
        label=_("Colour scheme"),
        required=False,
        choices=[("", _("As the system has it")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )
    large_text = forms.TypedChoiceField(
        label=_("Text size"),
        required=False,
        coerce=lambda value: value == "True",
        empty_value="",
        choices=[("False", _("Normal")), ("True", _("Large"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["language", "scheme", "large_text"]

    def chosen(self) -> dict[str, Any]:
        """Return only what was sent; call after `is_valid()`."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}

    def clean_large_text(self) -> bool:
        """Nothing sent means the normal size."""
        return bool(self.cleaned_data["large_text"])
