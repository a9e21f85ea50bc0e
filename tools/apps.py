"""The app of tools, which looks for them when Django is ready."""

from django.apps import AppConfig


class ToolsConfig(AppConfig):
    name = "tools"
    verbose_name = "Tools"

    def ready(self) -> None:
        """Find the tools of every installed app; register checks, and what closes policies."""
        from tools import checks, closing  # noqa: F401
        from tools.discovery import discover
        from tools.mcp.supply import supply
        from tools.registry import registry

        discover(registry)
        registry.supply(supply)
