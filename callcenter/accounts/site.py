"""Registrations of other people's apps under our own names; read before the models are."""

from axes.apps import AppConfig as AxesConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class OfficeAdminConfig(AdminConfig):
    """Takes the place of `django.contrib.admin` among the installed apps."""

    default_site = "callcenter.accounts.admin_site.OfficeAdminSite"


class SignInWatchConfig(AxesConfig):
    """Takes the place of `axes` among the installed apps."""

    verbose_name = _("Failed sign-ins and pauses")
