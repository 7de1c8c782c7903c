"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkforceConfig(AppConfig):
    """Forecast, staffing, shifts, roster, adherence."""

    name = "workforce"
    label = "workforce"
    verbose_name = _("Workforce")
