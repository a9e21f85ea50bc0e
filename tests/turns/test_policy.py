"""What may be called: asked when tools are offered and again before each runs, the reason kept and shown."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Conversation, Message, ToolCall
from tests.house import House, house
from tools.models import ToolPolicy

pytestmark = pytest.mark.django_db(transaction=True)

SUM = ("calculate", {"expression": "6*7"})
TIME = ("get_time", {"timezone": "Asia/Tokyo"})


def offered(home: House) -> list[set[str]]:
    return [
        {tool["function"]["name"] for tool in asked.get("tools", [])} for asked in home.transport.requests
    ]


def left_out() -> list[list[tuple[str, str]]]:
    """Return what each reply says was left out of what is set up, and why."""
    replies = Message.objects.filter(role="assistant").order_by("pk")
    reasons = [[(left["name"], left["code"]) for left in reply.left_out] for reply in replies]
    return [[(name, code) for name, code in each if code != "not_set_up"] for each in reasons]


async def test_a_tool_left_out_of_a_conversation_is_offered_in_others(alice: User) -> None:
    async with house([says("Without."), says("With.")]) as home:
        async with home.page(alice) as here, home.page(alice) as there:
            await here.do("switch_tool_here", tool="calculate", on=False)
            await here.ask("How much?")
            await there.ask("How much?")
            await home.compare(here)
            await home.compare(there)
    without, whole = offered(home)
    assert whole - without == {"calculate"}
    assert await in_database(left_out) == [[("calculate", "off_here")], []]


async def test_it_stays_left_out_until_it_is_let_in_again(alice: User) -> None:
    async with house([says("Without."), says("Still."), says("With.")]) as home, home.page(alice) as page:
        await page.do("switch_tool_here", tool="calculate", on=False)
        await page.ask("How much?")
        await page.ask("And now?")
        await page.do("switch_tool_here", tool="calculate", on=True)
        await page.ask("And now?")
    assert ["calculate" in names for names in offered(home)] == [False, False, True]


async def test_a_conversation_with_a_switch_and_no_message_is_in_no_list(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        await page.do("switch_tool_here", tool="calculate", on=False)
        await home.compare(page)
    assert await in_database(lambda: Conversation.objects.get().tools_off) == ["calculate"]
    assert not await in_database(lambda: Conversation.listed(alice.pk).exists())


async def test_no_tool_can_be_chosen_that_is_left_out_here(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        await page.do("switch_tool_here", tool="calculate", on=False)
        refused = await page.send("How much?", choice="tool:calculate")
        unknown = await page.do("switch_tool_here", tool="no_such_tool", on=False)
    assert [refused["code"], unknown["code"]] == ["no_such_tool", "no_such_tool"]


async def test_calls_beyond_the_limit_of_a_turn_are_refused_and_then_no_longer_offered(alice: User) -> None:
    await in_database(ToolPolicy.objects.create, name="calculate", calls_per_turn=2)
    script = [calls(SUM, TIME, SUM, SUM), says("Enough."), says("Next time.")]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("How much?")
        await page.ask("And in a new turn?")
        await home.compare(page)
    assert await in_database(
        lambda: [(call.name, call.state, call.error_code) for call in ToolCall.objects.all()]
    ) == [
        ("calculate", "succeeded", ""),
        ("get_time", "succeeded", ""),
        ("calculate", "succeeded", ""),
        ("calculate", "refused", "over_limit"),
    ]
    assert ["calculate" in names for names in offered(home)] == [True, False, True]
    assert await in_database(left_out) == [[], [("calculate", "over_limit")], []]
