"""What a tool-calling chat must be able to do, each through the socket to the model and back."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any, Literal

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall
from tests.house import House, house
from tools.definition import tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

SUM = ("calculate", {"expression": "6*7"})


def told(home: House, request: int = -1) -> list[Any]:
    """Return what the model was told of its calls in this request, as values."""
    messages = home.transport.requests[request]["messages"]
    return [json.loads(message["content"]) for message in messages if message["role"] == "tool"]


async def test_the_model_is_offered_typed_functions_as_json_schema(alice: User) -> None:
    @tool
    def book(room: Literal["red", "blue"], seats: int = 2, note: str | None = None) -> str:
        """Book a room.

        Args:
            room: Which one.
            seats: How many people come.
        """
        return f"{room} for {seats}{note or ''}"

    with registry.including(book):
        async with house([says("Hello.")]) as home, home.page(alice) as page:
            await page.ask("Hello")
            (request,) = home.transport.requests
    (offered,) = (one["function"] for one in request["tools"] if one["function"]["name"] == "book")
    assert offered["description"].startswith("Book a room.")
    schema = offered["parameters"]
    assert schema["required"] == ["room"]
    assert schema["properties"]["room"]["enum"] == ["red", "blue"]
    assert schema["properties"]["room"]["description"] == "Which one."
    assert schema["properties"]["seats"]["default"] == 2


async def test_the_models_own_message_stands_before_its_answers_and_each_call_has_one(alice: User) -> None:
    script = [calls(SUM, ("get_time", {"timezone": "Asia/Tokyo"}), text="Let me see."), says("So.")]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("How much, and when?")
        _, second = home.transport.requests
    asked, *answers = second["messages"][2:]
    assert (asked["role"], asked["content"]) == ("assistant", "Let me see.")
    assert [call["id"] for call in asked["tool_calls"]] == [answer["tool_call_id"] for answer in answers]
    assert {answer["role"] for answer in answers} == {"tool"}


async def test_eight_calls_run_side_by_side_and_are_answered_in_the_models_order(alice: User) -> None:
    everyone_is_here = threading.Barrier(8, timeout=30)

    @tool
    def meet(number: int) -> int:
        """Wait for all the others."""
        everyone_is_here.wait()
        return number

    script = [calls(*(("meet", {"number": number}) for number in range(8))), says("All met.")]
    with registry.including(meet):
        async with house(script) as home, home.page(alice) as page:
            await page.ask("Meet")
            assert told(home) == list(range(8))
            await home.compare(page)


async def test_answers_keep_the_models_order_though_the_last_call_ends_first(alice: User) -> None:
    ended = asyncio.Event()

    @tool
    async def first() -> str:
        """Wait for the second."""
        await ended.wait()
        return "first"

    @tool
    async def second() -> str:
        """Let the first one end."""
        ended.set()
        return "second"

    with registry.including(first, second):
        async with house([calls(("first", {}), ("second", {})), says("Done.")]) as home:
            async with home.page(alice) as page:
                await page.ask("Both")
            messages = home.transport.requests[-1]["messages"]
    assert [message["content"] for message in messages if message["role"] == "tool"] == ["first", "second"]


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("required", "required"),
        ("tool:calculate", {"type": "function", "function": {"name": "calculate"}}),
    ],
)
async def test_a_choice_goes_out_with_the_first_round_and_forces_nothing_later(
    choice: str, sent: Any, alice: User
) -> None:
    round_one = says("No tools.") if choice == "none" else calls(SUM)
    script = [round_one] if choice == "none" else [round_one, says("42")]
    async with house(script) as home, home.page(alice) as page:
        asked = await page.ask("How much?", choice=choice)
        choices = [request["tool_choice"] for request in home.transport.requests]
    assert choices[0] == sent
    assert set(map(str, choices[1:])) <= {"auto"}
    kept = await in_database(lambda: Message.objects.filter(turn=asked, role="assistant").earliest("pk"))
    assert kept.tool_choice == choice


@tool
def explode() -> str:
    """Raise."""
    raise ValueError("the boiler is cold")


ERRORS = [
    ("explode", "{}", "failed", "tool_failed", "the boiler is cold"),
    ("no_such_tool", "{}", "invalid", "unknown_tool", "no_such_tool"),
    ("calculate", "{expression: 6*7", "invalid", "not_json", ""),
    ("calculate", "[1, 2]", "invalid", "not_an_object", ""),
    ("calculate", '{"formula": 1}', "invalid", "bad_arguments", "expression"),
]


@pytest.mark.parametrize(("name", "arguments", "state", "code", "hint"), ERRORS, ids=lambda value: value)
async def test_an_error_is_told_to_the_model_in_a_shape_it_can_read(
    name: str, arguments: str, state: str, code: str, hint: str, alice: User
) -> None:
    with registry.including(explode):
        async with house([calls((name, arguments)), says("I see.")]) as home, home.page(alice) as page:
            await page.ask("Try it")
            (error,) = told(home)
            assert page.calls() == [(name, state)]
            await home.compare(page)
    assert error["error"]["code"] == code
    assert hint in json.dumps(error)
    call = await in_database(ToolCall.objects.get)
    assert (call.state, call.error_code, json.loads(call.answer)) == (state, code, error)


async def test_arguments_that_break_the_schema_are_answered_with_path_and_reason(alice: User) -> None:
    @tool
    def order(items: list[int]) -> int:
        """Order things."""
        return len(items)

    with registry.including(order):
        async with house([calls(("order", {"items": [1, "two"]})), says("Oh.")]) as home:
            async with home.page(alice) as page:
                await page.ask("Order")
            (error,) = told(home)
    (detail,) = error["error"]["details"]
    assert detail["path"] == "items.1"
    assert detail["reason"]


async def test_a_conversation_of_several_rounds_and_tools_ends_with_an_answer(alice: User) -> None:
    script = [
        calls(SUM),
        calls(("get_time", {"timezone": "UTC"}), ("get_calendar_events", {"date": "today"})),
        calls(("no_such_tool", {})),
        says("Here it is, **all** of it."),
    ]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("Everything, please")
        assert [len(told(home, request)) for request in range(4)] == [0, 1, 3, 4]
        assert [state for _, state in page.calls()] == ["succeeded", "succeeded", "succeeded", "invalid"]
        await home.compare(page)


async def test_text_and_arguments_are_seen_while_they_are_written(alice: User) -> None:
    text_gate, call_gate = asyncio.Event(), asyncio.Event()
    script = [
        calls(("calculate", {"expression": "123456789 * 987654321"})).held_after(3, call_gate),
        says("The answer is long.", gate=text_gate),
    ]
    async with house(script) as home, home.page(alice) as page:
        sent = await page.send("Multiply")
        await page.until(lambda frame: _names_slot(frame, "c"))
        await page.until_shown(page.replies)
        (reply,) = page.replies()
        (arguments,) = page.flow.texts(reply).values()
        assert arguments.startswith('{"expre')
        assert not arguments.endswith("}")
        assert await in_database(lambda: ToolCall.objects.get().state) == "streaming"
        call_gate.set()
        await page.until_shown(lambda: page.text(page.replies()[-1]) == "<p>The</p>")
        text_gate.set()
        await page.until_turn(sent["turn"], "completed")
        assert page.text(page.replies()[-1]) == "<p>The answer is long.</p>"
        await home.compare(page)


def _names_slot(frame: Any, start: str) -> bool:
    match frame:
        case ["f", _, _, _, splices]:
            return any(str(slot).startswith(start) for slot, *_ in splices)
        case _:
            return False


async def test_complete_calls_are_carried_out_whatever_the_server_calls_its_end(alice: User) -> None:
    script = [calls(SUM, finish="stop"), calls(SUM, finish="tool_calls"), says("42")]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("Twice")
        assert [state for _, state in page.calls()] == ["succeeded", "succeeded"]


async def test_calls_of_a_reply_that_was_cut_short_are_not_run_and_say_so(alice: User) -> None:
    script = [calls(SUM, finish="length"), says("Anew.")]
    async with house(script) as home, home.page(alice) as page:
        await page.ask("How much?", "incomplete")
        assert page.calls() == [("calculate", "interrupted")]
        await page.ask("Again")
        (error,) = told(home)
        await home.compare(page)
    assert error["error"]["code"] == "not_run"
