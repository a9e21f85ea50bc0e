"""Every setting of Django's that `tools` reads, and what holds where it is not set."""

from pathlib import Path
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


def routing_tools() -> int:
    """Say how many tools are sent at once; above that only those that fit the question."""
    return getattr(settings, "ROUTING_TOOLS", 20)


def routing_tokens() -> int:
    """Say how many tokens the schemas of all tools sent may take."""
    return getattr(settings, "ROUTING_TOKENS", 8000)


def weather_mode() -> str:
    """Say "live" to ask Open-Meteo, or "sample" to make up weather that is labelled so."""
    return getattr(settings, "WEATHER_MODE", "live")


def weather_base_url() -> str:
    """Give the one address for both of Open-Meteo's services, or "" for its own two hosts."""
    return getattr(settings, "WEATHER_BASE_URL", "")


def weather_timeout_seconds() -> float:
    return getattr(settings, "WEATHER_TIMEOUT_SECONDS", 8)


def query_database_url() -> str:
    """Give the address of the database that the model may ask, or ""."""
    return getattr(settings, "QUERY_DATABASE_URL", "")


def query_seconds() -> float:
    """Give what one query may take; what takes longer wants an index, or a report of its own."""
    return getattr(settings, "QUERY_SECONDS", 5)


def sample_database() -> Path | None:
    """Say where the sample shop is kept that is asked where no database is named."""
    return getattr(settings, "SAMPLE_DATABASE", None)


def allowed_api_hosts() -> list[str]:
    """Name the hosts that the model may ask by HTTP."""
    return getattr(settings, "ALLOWED_API_HOSTS", [])


def files_root() -> str:
    """Name the folder whose files the model may read, or ""."""
    return getattr(settings, "FILES_ROOT", "")


def mcp_commands() -> dict[str, str]:
    """Name the programs that may be MCP servers on this machine: command lines, variables before them."""
    return getattr(settings, "MCP_COMMANDS", {})


def mcp_connect_seconds() -> float:
    """Give what a connection with its first list of tools may take; `npx` may have to fetch the program."""
    return getattr(settings, "MCP_CONNECT_SECONDS", 15)


def mcp_environment() -> dict[str, str]:
    """Give the variables that those programs get of ours; the others are none of their business."""
    return getattr(settings, "MCP_ENVIRONMENT", {})
