"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Facts, KPI, wallboard, exports, reconciliation."""

    name = "reports"
    label = "reports"
    verbose_name = _("Reports")
