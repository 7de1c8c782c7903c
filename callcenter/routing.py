"""The sockets and who answers them."""

from django.urls import path

from callcenter.desktop import consumers as desktop
from reports import consumers as reports

websocket_urlpatterns = [
    path("ws/desk/", desktop.DeskConsumer.as_asgi()),
    path("ws/wallboard/", reports.WallboardConsumer.as_asgi()),
    path("ws/floor/", reports.FloorConsumer.as_asgi()),
]
