"""The app itself."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from . import closing  # noqa: F401  listens to accounts
        from .live import feed  # noqa: F401  rows tell their news by signals, and the feed listens
