"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AcdConfig(AppConfig):
    """Queues, skills, agents, sessions and states, calls and legs, call reasons."""

    name = "callcenter.acd"
    label = "acd"
    verbose_name = _("Call distribution")
