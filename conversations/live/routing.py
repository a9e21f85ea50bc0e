"""Which socket address leads to which consumer."""

from django.urls import path

from .consumer import LiveConsumer

urlpatterns = [
    path("live/", LiveConsumer.as_asgi()),
    path("live/<uuid:conversation_id>/", LiveConsumer.as_asgi()),
]
