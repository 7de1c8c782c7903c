"""Addresses of the wallboard and the floor."""

from django.urls import path

from reports import wallboard_views

app_name = "live"
urlpatterns = [
    path("wallboard/", wallboard_views.wallboard, name="wallboard"),
    path("floor/", wallboard_views.floor, name="floor"),
    path("floor/agents/<int:agent_id>/", wallboard_views.floor_agent, name="floor-agent"),
]
