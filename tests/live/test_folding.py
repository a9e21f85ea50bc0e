"""A half reply after which the model was asked again folds away on the pages that were open, too."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Message, Turn, change
from conversations.turns import remains
from tests.house import house

pytestmark = pytest.mark.django_db(transaction=True)


def ended_by_a_death(turn_id: int) -> None:
    """End what is open of a turn whose process died, and queue it again."""
    turn = Turn.objects.get(pk=turn_id)
    with change(turn.conversation_id) as it:
        Turn.objects.filter(pk=turn_id).update(state=Turn.State.QUEUED, seq=it.seq)
        remains.keep(turn, it.seq)


async def test_a_half_reply_folds_when_its_turn_is_claimed_anew(alice: User) -> None:
    async with house([says("One two three").held_after(2, asyncio.Event()), says("Whole.")]) as home:
        async with home.page(alice) as page:
            turn = (await page.send("Count"))["turn"]
            await page.until(lambda frame: page.replies() and "two" in page.text(page.replies()[0]))
            (half,) = page.replies()
            # The checkpoint that a dead process leaves behind.
            await in_database(Message.objects.filter(pk=half).update, text="One two")
            await in_database(ended_by_a_death, turn)
            await page.until_turn(turn, "completed")
            await home.compare(page)
            assert "Interrupted after 7 characters, asked again" in page.dom.text
            assert page.text(half) == "<p>One two</p>"
