"""Addresses of call distribution."""

from django.urls import path

from callcenter.acd import views

app_name = "acd"
urlpatterns = [path("", views.health, name="health")]
