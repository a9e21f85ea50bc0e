"""One turn from the box to the rows and back to every page."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall, Turn
from tests.house import house

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_is_answered_with_a_tool_call_on_the_way(alice: User) -> None:
    script = [calls(("calculate", {"expression": "6*7"})), says("It is **42**.")]
    async with house(script) as home, home.page(alice) as page:
        asked = await page.ask("What is 6*7?")
        await home.compare(page)
        _, second = home.transport.requests
    assert [item["role"] for item in second["messages"]] == ["system", "user", "assistant", "tool"]
    assert "42" in second["messages"][3]["content"]
    turn = await in_database(Turn.objects.get, pk=asked)
    assert (turn.state, turn.ending, turn.attempt) == ("completed", "answered", 1)
    call = await in_database(ToolCall.objects.get)
    assert (call.state, call.name, call.arguments_run) == ("succeeded", "calculate", {"expression": "6*7"})
    reply = await in_database(Message.objects.filter(role="assistant").latest, "pk")
    assert reply.text == "It is **42**."
    assert page.text(reply.pk) == "<p>It is <strong>42</strong>.</p>"
