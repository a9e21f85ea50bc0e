"""What is sent when there are many tools, and how the model gets at the others in the same turn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.exports import export
from conversations.llm.demo import calls, says
from conversations.models import Conversation, Message, ToolCall
from tests.house import House, house
from tests.tools.shelf import trades
from tools.models import ToolPolicy
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def many_tools(settings: Any) -> Iterator[None]:
    settings.ROUTING_TOOLS = 6
    with registry.including(*trades()):
        yield


def offered(home: House) -> list[list[str]]:
    return [[tool["function"]["name"] for tool in asked["tools"]] for asked in home.transport.requests]


def replies() -> list[Message]:
    return list(Message.objects.filter(role="assistant").order_by("pk"))


def outcomes() -> list[tuple[str, str]]:
    return [(call.name, call.state) for call in ToolCall.objects.order_by("pk")]


def pages_of(person: User, path: str) -> str:
    """Return the words of a page as this person sees it."""
    client = Client()
    client.force_login(person)
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(path).content.decode()).split())


async def test_a_tool_that_was_not_sent_is_found_and_called_in_the_same_turn(alice: User) -> None:
    script = [
        calls(("find_tools", {"query": "praise a weaver"})),
        calls(("praise_weaver", {"name": "Bob"})),
        says("Praised."),
    ]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("Hire a baker")
        await home.compare(page)
    first, second, third = offered(home)
    assert (first[0], len(first)) == ("find_tools", 7)
    assert "hire_baker" in first
    assert "praise_weaver" not in first
    assert "praise_weaver" in second
    assert "praise_weaver" in third
    assert await in_database(outcomes) == [("find_tools", "succeeded"), ("praise_weaver", "succeeded")]


async def test_what_was_used_lately_stays_and_what_was_found_goes(alice: User) -> None:
    script = [
        calls(("find_tools", {"query": "weaver"})),
        calls(("praise_weaver", {"name": "Bob"})),
        says("Praised."),
        says("Paid."),
    ]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("Hire a baker")
        await page.ask("Pay the plumber, the potter and the printer")
    assert "pay_weaver" in offered(home)[1]
    assert "pay_weaver" not in offered(home)[3]
    assert "praise_weaver" in offered(home)[3]


async def test_panel_admin_and_export_say_what_was_ranked_sent_and_left_out(
    alice: User, charlie: User
) -> None:
    await in_database(ToolPolicy.objects.create, name="pay_baker", enabled=False)
    async with house([says("Hired.")]) as home, home.page(alice) as page:
        await page.ask("Hire a baker")
        await home.compare(page)
    (reply,) = await in_database(replies)
    codes = {left["name"]: left["code"] for left in reply.left_out}
    assert reply.offered == offered(home)[0]
    assert reply.routing["chosen"][0]["name"] == "hire_baker"
    assert codes["pay_baker"] == "off_for_everyone"
    assert codes[""] == "routed_out"
    conversation = await in_database(Conversation.objects.select_related("person").get)
    exported = (await in_database(export, conversation))["turns"][0]["messages"][1]
    assert exported["routing"] == reply.routing
    assert exported["tools_left_out"] == reply.left_out
    panel = await in_database(pages_of, alice, f"/conversations/{conversation.pk}/")
    admin = await in_database(
        pages_of, charlie, reverse("admin:conversations_conversation_change", args=[conversation.pk])
    )
    for page_shown in (panel, admin):
        assert f"of {reply.routing['tools']} tools sent" in page_shown
        assert "hire_baker fits, " in page_shown
        assert "more fit this question less, or not at all." in page_shown


async def test_a_forced_tool_is_sent_and_forced_whatever_was_asked(alice: User) -> None:
    script = [calls(("train_potter", {"name": "Bob"})), says("Trained.")]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("Hire a baker", choice="tool:train_potter")
    assert "train_potter" in offered(home)[0]
    assert home.transport.requests[0]["tool_choice"]["function"]["name"] == "train_potter"
    assert home.transport.requests[1].get("tool_choice", "auto") == "auto"


async def test_looking_for_tools_is_not_yet_the_call_that_is_required(alice: User) -> None:
    script = [
        calls(("find_tools", {"query": "weaver"})),
        calls(("praise_weaver", {"name": "Bob"})),
        says("Praised."),
    ]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("Hire a baker", choice="required")
    choices = [asked.get("tool_choice", "auto") for asked in home.transport.requests]
    assert choices == ["required", "required", "auto"]


async def test_a_tool_that_is_switched_off_is_not_found(alice: User) -> None:
    script = [calls(("find_tools", {"query": "weaver"})), says("None.")]
    async with house(script) as home, home.page(alice) as page:
        await page.do("switch_tool_here", tool="praise_weaver", on=False)
        await page.ask("Hire a baker")
    told = await in_database(lambda: json.loads(ToolCall.objects.get().answer))
    names = [found["name"] for found in told["tools"]]
    assert "praise_weaver" not in names
    assert "pay_weaver" in names


async def test_looking_with_nonsense_is_told_why_it_fails(alice: User) -> None:
    wrong: list[tuple[str, Any]] = [
        ("find_tools", {}),
        ("find_tools", "{"),
        ("find_tools", {"query": "x" * 2000}),
        ("find_tools", {"query": ""}),
    ]
    async with house([calls(*wrong), says("Sorry.")]) as home, home.page(alice) as page:
        await page.ask("Hire a baker")
        await home.compare(page)
    states = [state for _, state in await in_database(outcomes)]
    assert states == ["invalid", "invalid", "invalid", "succeeded"]


async def test_find_tools_is_no_tool_where_all_are_sent(alice: User, settings: Any) -> None:
    settings.ROUTING_TOOLS = 100
    async with (
        house([calls(("find_tools", {"query": "weaver"})), says("Sorry.")]) as home,
        home.page(alice) as page,
    ):
        refused = await page.send("Look", choice="tool:find_tools")
        await page.ask("Hire a baker")
    assert refused["code"] == "no_such_tool"
    assert "find_tools" not in offered(home)[0]
    assert await in_database(outcomes) == [("find_tools", "invalid")]
    assert [reply.routing for reply in await in_database(replies)] == [{}, {}]
