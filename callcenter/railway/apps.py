"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RailwayConfig(AppConfig):
    """Stations, trains, bureaus, departments."""

    name = "callcenter.railway"
    label = "railway"
    verbose_name = _("Railway reference data")
