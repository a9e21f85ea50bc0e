"""The app of tools, which looks for them when Django is ready."""

from django.apps import AppConfig


class ToolsConfig(AppConfig):
    name = "tools"
    verbose_name = "Tools"

    def ready(self) -> None:
        """Find the tools of every installed app, and register the checks of how they are written."""
        from tools import checks  # noqa: F401
        from tools.discovery import discover
        from tools.registry import registry

        discover(registry)
