"""The addresses of the platform."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from callcenter.desktop.views import home

urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("callcenter.accounts.urls")),
    path("desk/", include("callcenter.desktop.urls")),
    path("reports/", include("reports.urls")),
    path("health/", include("callcenter.acd.urls")),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
]
