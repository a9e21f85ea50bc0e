"""A model's server that fails, hangs or lies: a named end, a sentence, and a second question that works."""

from __future__ import annotations

import asyncio

import pytest
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.client import ModelClient
from conversations.llm.demo import Delivery, calls, fails, raw, refuses, says, silence
from conversations.llm.demo.delivery import Delta
from conversations.models import Message, Turn
from tests.house import house
from tools.definition import tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

FULL = fails(400, "maximum context length is 8192 tokens", code="context_length_exceeded")
FAULTS: dict[str, tuple[Delivery, str, str]] = {
    "401": (fails(401), "failed", "bad_key"),
    "403": (fails(403), "failed", "bad_key"),
    "404": (fails(404), "failed", "no_such_model"),
    "429": (fails(429, headers={"Retry-After": "20"}), "failed", "rate_limited"),
    "400": (fails(400), "failed", "bad_request"),
    "500": (fails(500), "failed", "provider_failed"),
    "503": (fails(503), "failed", "provider_failed"),
    "context full": (FULL, "failed", "context_full"),
    "html": (raw(b"<html>no</html>", headers={"content-type": "text/html"}), "failed", "not_a_stream"),
    "json": (raw(b'{"no": 1}', headers={"content-type": "application/json"}), "failed", "not_a_stream"),
    "broken line": (says("Up to here").broken_after(2, b"data: {no\n\n"), "failed", "broken_stream"),
    "error in mid-stream": (
        says("Up to here").broken_after(2, b'data: {"error":{"message":"overloaded"}}\n\n'),
        "failed",
        "stream_error",
    ),
    "silent": (silence(), "failed", "silent"),
    "cut": (says("Up to here").cut_after(2), "incomplete", "cut"),
    "cut in a call": (calls(("calculate", {"expression": "1+1"})).cut_after(2), "incomplete", "cut"),
    "dropped": (says("Up to here").dropped_after(2), "incomplete", "cut"),
    "refused": (refuses("I would rather not."), "incomplete", "refusal"),
    "nothing": (says(""), "incomplete", "empty"),
    "length": (says("Up to", finish="length"), "incomplete", "length"),
    "filter": (says("Up to", finish="content_filter"), "incomplete", "content_filter"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_the_server_is_named_and_a_second_question_works(fault: str, alice: User) -> None:
    answer, state, code = FAULTS[fault]
    async with house([answer, says("Better now.")], silence=0.05) as home, home.page(alice) as page:
        asked = await page.ask("Hello?", state)
        await home.compare(page)
        await page.ask("Once more")
        await home.compare(page)
    turn = await in_database(Turn.objects.get, pk=asked)
    assert turn.ending == code
    assert turn.detail.endswith((".", "?", "!"))
    text = await in_database(lambda: Message.objects.get(turn=asked, role="assistant").text)
    assert text in ("", "Up to")


async def test_a_server_that_is_not_there_is_named(alice: User) -> None:
    nobody = ModelClient("http://127.0.0.1:9/v1", "", "nobody", retries=0)
    async with house(client=nobody) as home, home.page(alice) as page:
        asked = await page.ask("Anyone?", "failed")
        await home.compare(page)
    turn = await in_database(Turn.objects.get, pk=asked)
    assert turn.ending == "unreachable"


async def test_a_full_context_shortens_old_results_says_so_and_goes_on(alice: User) -> None:
    script = [
        calls(("get_calendar_events", {"date": "today"}), ("echo", {"text": "long " * 1000})),
        says("That was long."),
        FULL,
        says("It fits now."),
    ]

    @tool
    def echo(text: str) -> str:
        """Say it back."""
        return text

    with registry.including(echo):
        async with house(script) as home, home.page(alice) as page:
            await page.ask("Say it back")
            second = await page.ask("And now?")
            await home.compare(page)
            told = [
                item["content"] for item in home.transport.requests[-1]["messages"] if item["role"] == "tool"
            ]
    assert "shortened to fit" in told[1]
    replies = await in_database(
        lambda: list(Message.objects.filter(turn=second, role="assistant").order_by("pk"))
    )
    assert [(reply.state, reply.shortened) for reply in replies] == [("failed", 0), ("complete", 1)]


async def test_a_model_that_calls_for_ever_meets_the_step_limit(alice: User, settings: Settings) -> None:
    settings.STEP_LIMIT = 3
    again = calls(("calculate", {"expression": "1+1"}))
    async with house([again, again, again, says("At last.")]) as home, home.page(alice) as page:
        await page.ask("Loop", "incomplete")
        assert page.calls() == [("calculate", "succeeded")] * 2 + [("calculate", "interrupted")]
        await home.compare(page)
        await page.ask("Stop looping")
    turn = await in_database(Turn.objects.earliest, "pk")
    assert turn.ending == "step_limit"


async def test_fifty_calls_in_one_reply_are_all_answered(alice: User) -> None:
    many = [("calculate", {"expression": f"{number}+1"}) for number in range(50)]
    async with house([calls(*many), says("Phew.")]) as home, home.page(alice) as page:
        await page.ask("Many")
        assert page.calls() == [("calculate", "succeeded")] * 50
        await home.compare(page)
        answered = [item for item in home.transport.requests[-1]["messages"] if item["role"] == "tool"]
    assert len(answered) == 50


@pytest.mark.parametrize(
    "endless",
    [
        calls(*[("calculate", {"expression": "1"})] * 130),
        Delivery((Delta({"content": ("word " * 100 + "\n\n") * 200}),) * 11),
    ],
    ids=["calls", "text"],
)
async def test_a_reply_without_end_is_ended(endless: Delivery, alice: User) -> None:
    unending = endless.held_after(len(endless.pieces), asyncio.Event())
    async with house([unending, says("Short.")]) as home, home.page(alice) as page:
        asked = await page.ask("Go", "failed")
        await home.compare(page)
        await page.ask("Shorter")
        assert home.transport.closed[0]
    turn = await in_database(Turn.objects.get, pk=asked)
    assert turn.ending == "too_much"
    assert "ended here" in turn.detail
