"""Addresses of the desk."""

from django.urls import path

from callcenter.desktop import views

app_name = "desktop"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("reasons/", views.reasons, name="reasons"),
    path("day/", views.day, name="day"),
    path("test-call/", views.test_call, name="test-call"),
    path("test-call/<str:ticket>/", views.test_call_status, name="test-call-status"),
]
