"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Passengers: numbers, level, language, history."""

    name = "callcenter.customers"
    label = "customers"
    verbose_name = _("Passengers")
