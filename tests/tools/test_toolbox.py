"""Who may use what, and the reason for each tool that is left out."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tools import Tool, tool
from tools.defaults import limits_of
from tools.models import ToolPolicy, ToolSwitch
from tools.people import Person
from tools.problems import Problem
from tools.registry import registry
from tools.toolbox import LeftOut, Toolbox, settings_for


def names(person: Person) -> list[str]:
    return [tool.name for tool in Toolbox.for_person(person).offered]


def test_without_any_row_everybody_has_everything(alice: Person) -> None:
    toolbox = Toolbox.for_person(alice)
    assert toolbox.offered == registry.all()
    assert toolbox.left_out == ()


def test_a_tool_that_staff_switched_off_is_off_for_everyone(alice: Person) -> None:
    ToolPolicy.objects.create(name="calculate", enabled=False)
    toolbox = Toolbox.for_person(alice)
    assert toolbox.left_out == (
        LeftOut("calculate", "off_for_everyone", "Calculate is switched off for everyone."),
    )
    assert "calculate" not in names(alice)


def test_a_tool_for_a_group_is_offered_to_its_people_only(alice: Person, bob: Person) -> None:
    team = Group.objects.create(name="team")
    ToolPolicy.objects.create(name="get_time").groups.add(team)
    alice.groups.add(team)
    assert "get_time" in names(alice)
    assert [left.code for left in Toolbox.for_person(bob).left_out] == ["not_your_group"]


def test_a_persons_switch_is_their_own_and_stays(alice: Person, bob: Person) -> None:
    assert ToolSwitch.set(alice, "get_time", False)
    assert [left.code for left in Toolbox.for_person(alice).left_out] == ["off_for_you"]
    assert "get_time" in names(bob)
    assert ToolSwitch.set(alice, "get_time", True)
    assert "get_time" in names(alice)


def test_a_switch_says_whether_it_changed_anything(alice: Person) -> None:
    assert not ToolSwitch.set(alice, "get_time", True)
    assert ToolSwitch.set(alice, "get_time", False)
    before = ToolSwitch.objects.get(person_id=alice.pk, name="get_time").changed_at
    assert not ToolSwitch.set(alice, "get_time", False)
    assert ToolSwitch.objects.get(person_id=alice.pk, name="get_time").changed_at == before


def test_the_first_reason_that_applies_is_given(alice: Person) -> None:
    policy = ToolPolicy.objects.create(name="get_time", enabled=False)
    policy.groups.add(Group.objects.create(name="team"))
    ToolSwitch.set(alice, "get_time", False)
    codes = []
    for step in ({"enabled": True}, {}):
        codes.append(Toolbox.for_person(alice).left_out[0].code)
        ToolPolicy.objects.update(**step) if step else policy.groups.clear()
    assert [*codes, Toolbox.for_person(alice).left_out[0].code] == [
        "off_for_everyone", "not_your_group", "off_for_you"
    ]  # fmt: skip


def test_looking_up_gives_the_tool_or_the_reason(alice: Person) -> None:
    ToolSwitch.set(alice, "get_time", False)
    toolbox = Toolbox.for_person(alice)
    found, refused, unknown = (toolbox.look_up(name) for name in ("calculate", "get_time", "get_tim"))
    assert isinstance(found, Tool)
    assert refused == Problem("off_for_you", "Get time is switched off in your own settings.")
    assert isinstance(unknown, Problem)
    assert unknown.code == "unknown_tool"
    assert "calculate" in unknown.message
    assert "get_time," not in unknown.message


def test_limits_are_the_policys_then_the_tools_then_the_installations(alice: Person) -> None:
    ToolPolicy.objects.create(name="get_weather", deadline=2.5, result_limit=1000)
    by_name = {tool.name: limits_of(tool) for tool in Toolbox.for_person(alice).offered}
    assert by_name["get_weather"] == (2.5, 1000)
    assert by_name["calculate"] == (5, 65536)
    assert by_name["get_calendar_events"] == (30, 65536)


def test_settings_show_own_switches_and_what_staff_decided(alice: Person) -> None:
    ToolPolicy.objects.create(name="calculate", enabled=False)
    ToolSwitch.set(alice, "get_time", False)
    shown = {setting.tool.name: (setting.on, setting.locked) for setting in settings_for(alice)}
    assert shown == {
        "calculate": (True, "Calculate is switched off for everyone."),
        "get_calendar_events": (True, ""),
        "get_time": (False, ""),
        "get_weather": (True, ""),
    }


@pytest.fixture
def a_hundred_tools() -> Iterator[list[Tool]]:
    def nothing() -> None:
        """Do nothing."""

    made = [tool(name=f"tool_{number}")(nothing) for number in range(100)]
    with registry.including(*made):
        yield made


def test_a_hundred_tools_take_no_more_queries_than_four(alice: Person, a_hundred_tools: list[Tool]) -> None:
    for made in a_hundred_tools:
        ToolPolicy.objects.create(name=made.name).groups.add(Group.objects.create(name=made.name))
        ToolSwitch.set(alice, made.name, False)
    for ask in (Toolbox.for_person, settings_for):
        with CaptureQueriesContext(connection) as queries:
            ask(alice)
        assert len(queries) == 4
