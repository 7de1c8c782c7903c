"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    """Recordings, scorecards, sampling, evaluations, appeals."""

    name = "quality"
    label = "quality"
    verbose_name = _("Quality")
