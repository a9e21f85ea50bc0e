"""The site itself as an app, for its checks, commands and template tags."""

from django.apps import AppConfig
from django.core.checks import register

from chatsite.checks import settings_are_right


class SiteConfig(AppConfig):
    name = "chatsite"

    def ready(self) -> None:
        register(settings_are_right)
