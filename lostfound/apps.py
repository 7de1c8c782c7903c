"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LostfoundConfig(AppConfig):
    """Loss reports, found items, matching, custody, return."""

    name = "lostfound"
    label = "lostfound"
    verbose_name = _("Lost and found")
