"""Every setting of Django's that `tools` reads, and what holds where it is not set."""

from typing import NamedTuple

from django.conf import settings

from tools.definition import Tool


class Limits(NamedTuple):
    """What one call may take: seconds, and bytes of its result."""

    deadline: float
    result_limit: int


def limits_of(tool: Tool) -> Limits:
    """Take the tool's own limits (its policy's, when it comes from a toolbox), or the installation's."""
    return Limits(tool.deadline or deadline_seconds(), tool.result_limit or result_limit_bytes())


def deadline_seconds() -> float:
    return getattr(settings, "TOOL_DEADLINE_SECONDS", 30)


def result_limit_bytes() -> int:
    return getattr(settings, "TOOL_RESULT_LIMIT_BYTES", 64 * 1024)


def weather_mode() -> str:
    """Say "live" to ask Open-Meteo, or "sample" to make up weather that is labelled so."""
    return getattr(settings, "WEATHER_MODE", "live")


def weather_base_url() -> str:
    """Give the one address for both of Open-Meteo's services, or "" for its own two hosts."""
    return getattr(settings, "WEATHER_BASE_URL", "")


def weather_timeout_seconds() -> float:
    return getattr(settings, "WEATHER_TIMEOUT_SECONDS", 8)
