"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Articles, announcements, briefings."""

    name = "callcenter.knowledge"
    label = "knowledge"
    verbose_name = _("Knowledge")
