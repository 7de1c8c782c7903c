"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesktopConfig(AppConfig):
    """The agent's and the lead's pages and sockets. No models, no rules."""

    name = "callcenter.desktop"
    label = "desktop"
    verbose_name = _("Desktop")
