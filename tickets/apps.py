"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """The case spine: kinds, clocks, assignment, follow-up."""

    name = "tickets"
    label = "tickets"
    verbose_name = _("Tickets")
