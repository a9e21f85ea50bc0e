"""The app itself."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from .live import feed  # noqa: F401  rows tell their news by signals, and the feed listens
