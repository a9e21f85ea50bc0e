"""The start-up checks: a tool that cannot work is told of in a sentence, before anybody calls it."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from tools import defaults
from tools.builtin.database import source
from tools.builtin.files import root
from tools.builtin.web import hosts
from tools.mcp.targets import program
from tools.registry import registry
from tools.routing.index import has_full_text


@register("tools")
def check_definitions(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Tell of each tool that was left out because of how it is written (E001 to E009)."""
    return [
        Error(f"The tool {where} cannot be used: {fault.sentence}.", id=f"tools.{fault.code}")
        for where, faults in registry.faulty().items()
        for fault in faults
    ]


@register("tools")
def check_settings(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Tell of limits and modes that make no sense."""
    deadline, limit, mode = (
        defaults.deadline_seconds(),
        defaults.result_limit_bytes(),
        defaults.weather_mode(),
    )
    wrong = {
        "tools.E010": not deadline > 0 and f"TOOL_DEADLINE_SECONDS is {deadline}; it must be above 0.",
        "tools.E011": limit < 1024 and f"TOOL_RESULT_LIMIT_BYTES is {limit}; it must be at least 1024.",
        "tools.E012": mode not in ("live", "sample")
        and f'WEATHER_MODE is "{mode}"; it must be "live" or "sample".',
        "tools.E013": source.problem(),
        "tools.E014": hosts.problem(),
        "tools.E015": root.problem(),
        "tools.E016": not has_full_text() and "Python's SQLite has no FTS5, which routing ranks tools by.",
        "tools.E017": _problem_of_commands(),
    }
    return [Error(sentence, id=number) for number, sentence in wrong.items() if sentence]


def _problem_of_commands() -> str:
    for name, line in defaults.mcp_commands().items():
        try:
            program(line)
        except ValueError as error:
            return f"MCP_COMMANDS names {name!r}, whose command line cannot be read: {error}."
    return ""
