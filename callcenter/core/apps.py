"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every app stands on: errors, events and outbox, audit, masking, realtime. No business words."""

    name = "callcenter.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Let every app register the events it handles."""
        autodiscover_modules("handlers")
