"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Emergency plans, levels, timelines, drills."""

    name = "callcenter.incidents"
    label = "incidents"
    verbose_name = _("Incidents")
