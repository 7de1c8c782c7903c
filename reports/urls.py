"""The addresses of reports; wallboard and floor bring their own, in their own namespace."""

from django.urls import include, path

from reports import views

_pages = [
    path("kpi/", views.kpi_page, name="kpi"),
    path("kpi.csv", views.kpi_csv, name="kpi-csv"),
    path("kpi.xlsx", views.kpi_xlsx, name="kpi-xlsx"),
    path("calls/", views.calls_page, name="calls"),
    path("calls.csv", views.calls_csv, name="calls-csv"),
    path("calls/<int:call_id>/", views.call_page, name="call"),
    path("differences/", views.differences_page, name="differences"),
]
urlpatterns = [
    path("", include((_pages, "reports"))),
    path("", include("reports.wallboard_urls")),
]
