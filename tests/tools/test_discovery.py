"""An installed app's tools are found as its admin is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings

from tests.site.processes import manage
from tools import tool
from tools.apps import ToolsConfig
from tools.registry import registry

BUILT_IN = [
    "calculate",
    "call_api",
    "create_calendar_event",
    "describe_database",
    "get_calendar_events",
    "get_time",
    "get_weather",
    "list_files",
    "query_database",
    "read_file",
]


@pytest.fixture
def shop() -> Iterator[None]:
    with override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, "tests.tools.shop"]):
        yield
    config = apps.get_app_config("tools")
    assert isinstance(config, ToolsConfig)
    config.ready()


@pytest.mark.django_db
def test_the_built_in_tools_are_there() -> None:
    found = {tool.name: tool.source for tool in registry.all()}
    assert found == dict.fromkeys(BUILT_IN, "built in")


@pytest.mark.usefixtures("shop")
def test_a_newcomers_tool_is_found_with_its_source() -> None:
    found = registry.find("find_order")
    assert found is not None
    assert found.source == "shop"


@pytest.mark.usefixtures("shop")
def test_a_newcomers_mistakes_are_told_at_start_up() -> None:
    told = {message.id: message.msg for message in run_checks(tags=["tools"])}
    assert set(told) == {"tools.E001", "tools.E005"}
    assert "tests.tools.shop.tools.forgetful" in told["tools.E001"]
    assert "'get_time' is taken by tools.builtin.clock.get_time" in told["tools.E005"]


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_mistake_is_told_in_the_terminal_and_no_server_starts(tmp_path: Path, command: str) -> None:
    told = manage(command, var=tmp_path, EXTRA_APPS="tests.tools.shop")
    assert told.returncode == 1
    assert "another_clock cannot be used: its name 'get_time' is taken by tools.builtin.clock" in told.stderr
    assert "give one of them another." in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.usefixtures("shop")
def test_the_first_of_two_names_stays_usable() -> None:
    clock = registry.find("get_time")
    assert clock is not None
    assert clock.source == "built in"


def test_tools_can_be_there_for_a_while() -> None:
    @tool(name="get_time")
    def stopped_clock() -> str:
        """Tell the wrong time."""
        return "noon"

    with registry.including(stopped_clock):
        assert registry.find("get_time") is stopped_clock
    assert registry.find("get_time") is not stopped_clock
