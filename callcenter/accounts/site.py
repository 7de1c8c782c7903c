"""The registration of Django admin; a module of its own because it is read before the models are."""

from django.contrib.admin.apps import AdminConfig


class OfficeAdminConfig(AdminConfig):
    """Takes the place of `django.contrib.admin` among the installed apps."""

    default_site = "callcenter.accounts.admin_site.OfficeAdminSite"
