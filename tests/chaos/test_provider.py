"""A provider that breaks at every single piece of what it says, in each of its ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import Delivery, calls, says
from conversations.models import Message, ToolCall, Turn
from tests.house import every_call_has_one_answer, house

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = {
    "text": says("One `two` three", reasoning="Hm."),
    "calls": calls(("calculate", {"expression": "6*7"}), ("get_time", {}), text="Let me see"),
}
WAYS: dict[str, Callable[[Delivery, int], Delivery]] = {
    "cut": lambda whole, at: whole.cut_after(at),
    "dropped": lambda whole, at: whole.dropped_after(at),
    "silent": lambda whole, at: whole.held_after(at, asyncio.Event()),
    "lying": lambda whole, at: whole.broken_after(at, b'data: {"choices": [{"delta": {"cont\n\n'),
}
ENDED = ("completed", "incomplete", "failed")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("said", WHOLE)
async def test_wherever_a_provider_breaks_the_turn_ends_by_name_and_the_next_one_works(
    said: str, way: str, alice: User
) -> None:
    whole = WHOLE[said]
    for at in range(len(whole.pieces)):
        script = [WAYS[way](whole, at), says("After all."), says("Yes.")]
        async with house(script, silence=0.05) as home, home.page(alice) as page:
            turn = (await page.send("Go"))["turn"]
            await page.until_shown(lambda turn=turn: page.state(f"turn-{turn}") in ENDED)  # type: ignore[misc]
            following = (await page.send("Are you there?"))["turn"]
            await page.until_turn(following, "completed")
            every_call_has_one_answer(home.transport.requests[-1]["messages"])
            await home.compare(page)
        await in_database(nothing_is_open)


def nothing_is_open() -> None:
    for model in (Turn, Message, ToolCall):
        assert [row for row in model.objects.all() if row.is_open] == []
    assert not Turn.objects.filter(ending="").exists()
