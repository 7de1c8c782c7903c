"""The app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, roles, teams, seats, sign-in."""

    name = "callcenter.accounts"
    label = "accounts"
    verbose_name = _("People and places")
