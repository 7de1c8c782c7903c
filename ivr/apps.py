"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IvrConfig(AppConfig):
    """Menus as versioned data, the pure flow, the FastAGI door, prompts and announcements."""

    name = "ivr"
    label = "ivr"
    verbose_name = _("Voice menus")
