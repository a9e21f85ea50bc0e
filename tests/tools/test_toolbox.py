"""Who may use what, and the reason for each tool that is left out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tools import Tool, tool
from tools.approval import Gate, gate_of
from tools.defaults import limits_of
from tools.models import ToolPolicy, ToolSwitch
from tools.people import Person
from tools.problems import Problem
from tools.registry import registry
from tools.toolbox import LeftOut, Toolbox, settings_for


@pytest.fixture(autouse=True)
def all_is_set_up(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = str(tmp_path)
    settings.ALLOWED_API_HOSTS = ["api.example.org"]


def nothing() -> None:
    """Do nothing."""


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


def test_a_tool_that_is_not_set_up_says_so_to_everyone(alice: Person, settings: Settings) -> None:
    settings.SAMPLE_DATABASE = None
    left = {left.name: (left.code, left.reason) for left in Toolbox.for_person(alice).left_out}
    code, reason = left["query_database"]
    assert code == "not_set_up"
    assert "Staff can name one in QUERY_DATABASE_URL." in reason
    locked = {setting.tool.name: setting.locked for setting in settings_for(alice)}
    assert locked["query_database"] == reason


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


def test_a_conversations_switch_comes_after_the_persons_and_a_limit_comes_last(alice: Person) -> None:
    ToolPolicy.objects.create(name="get_time", calls_per_turn=2)
    ToolSwitch.set(alice, "get_time", False)
    full = {"get_time": 2}

    def code(**now: Any) -> str:
        return Toolbox.for_person(alice, **now).left_out[0].code

    assert code(off_here=["get_time"], used=full) == "off_for_you"
    ToolSwitch.set(alice, "get_time", True)
    assert code(off_here=["get_time"], used=full) == "off_here"
    assert code(used=full) == "over_limit"
    assert Toolbox.for_person(alice, used={"get_time": 1}).left_out == ()


def test_a_limit_counts_what_was_let_through_since(alice: Person) -> None:
    ToolPolicy.objects.create(name="get_time", calls_per_turn=2)
    toolbox = Toolbox.for_person(alice, used={"get_time": 1})
    assert isinstance(toolbox.look_up("get_time"), Tool)
    refused = toolbox.look_up("get_time", taken=1)
    assert refused == Problem("over_limit", "Get time may be called 2 times for one question, and has been.")
    assert isinstance(toolbox.look_up("calculate", taken=9), Tool)


def asking(approval: str, effects: Any) -> bool:
    """Say whether a tool of these effects asks under this policy."""
    policy = ToolPolicy.objects.create(name=f"{approval}-{effects}", approval=approval)
    return gate_of(tool(name="made", effects=effects)(nothing), policy) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("approval", "asks"),
    [
        ("never", {"reads": False, "writes": False, "destructive": False}),
        ("writes", {"reads": False, "writes": True, "destructive": True}),
        ("always", {"reads": True, "writes": True, "destructive": True}),
        ("nonsens", {"reads": True, "writes": True, "destructive": True}),  # what cannot be read asks
    ],
)
def test_whether_a_call_asks_follows_from_policy_and_effects(approval: str, asks: dict[str, bool]) -> None:
    assert {effects: asking(approval, effects) for effects in asks} == asks


def test_without_a_policy_what_writes_asks() -> None:
    assert gate_of(tool(name="made", effects="writes")(nothing), None) == Gate({}, "It writes.")
    assert gate_of(tool(name="made")(nothing), None) is None


def test_a_gate_names_the_groups_that_may_open_it(alice: Person) -> None:
    team = Group.objects.create(name="team")
    ToolPolicy.objects.create(name="calculate", approval="always").approvers.add(team)
    assert Toolbox.for_person(alice).gates["calculate"] == Gate(
        {team.pk: "team"}, "Its policy says that every call asks."
    )


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
        "call_api": (True, ""),
        "create_calendar_event": (True, ""),
        "describe_database": (True, ""),
        "get_calendar_events": (True, ""),
        "get_time": (False, ""),
        "get_weather": (True, ""),
        "list_files": (True, ""),
        "query_database": (True, ""),
        "read_file": (True, ""),
    }


@pytest.fixture
def a_hundred_tools() -> Iterator[list[Tool]]:
    made = [tool(name=f"tool_{number}")(nothing) for number in range(100)]
    with registry.including(*made):
        yield made


def test_a_hundred_tools_take_no_more_queries_than_six(alice: Person, a_hundred_tools: list[Tool]) -> None:
    for made in a_hundred_tools:
        ToolPolicy.objects.create(name=made.name).groups.add(Group.objects.create(name=made.name))
        ToolSwitch.set(alice, made.name, False)
    for ask in (Toolbox.for_person, settings_for):
        with CaptureQueriesContext(connection) as queries:
            ask(alice)
        assert len(queries) == 6


def test_a_hundred_tools_are_paged_and_a_search_keeps_its_words(
    alice: Person, a_hundred_tools: list[Tool], client: Client
) -> None:
    client.force_login(alice)  # type: ignore[arg-type]
    first = client.get("/tools/", {"q": "nothing"}).content.decode()
    assert 'href="/tools/?q=nothing&amp;page=2"' in first
    second = client.get("/tools/", {"q": "nothing", "page": "2"}).content.decode()
    assert 'rel="prev" href="/tools/?q=nothing&amp;page=1"' in second
    assert "Page 2 of 2" in second
