"""Conversations that were really lived through: a scripted model, the real executor, real rows."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import Delivery, calls, fails, says
from conversations.models import Conversation, Turn
from tests.house import house

# What a model may write without having been asked to; nothing of it may do anything where it is shown.
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
SECRET = "sk-proj-abcdEFGH1234ijklMNOP"
CARD = "4111 1111 1111 1111"

Question = tuple[str, list[Delivery]]

FULL: list[Question] = [
    (
        f"What is 6*7? My card is {CARD}",
        [
            calls(
                ("calculate", {"expression": "6*7"}),
                ("calculate", {"expression": 7}),
                ("no_such_tool", '{"key": "' + SECRET + '"}'),
                ("get_time", "{not json"),
            ),
            says(f"It is **42**, {HOSTILE}", reasoning="Six times seven."),
        ],
    ),
    ("Now fail", [fails(500)]),
]


def lived(person: User, questions: Sequence[Question] = FULL) -> Conversation:
    """Ask the questions one after another in a new conversation, and return it."""
    return asyncio.run(_live(person, questions))


def turns_of(conversation: Conversation) -> list[Turn]:
    return list(conversation.turns.order_by("pk"))


async def _live(person: User, questions: Sequence[Question]) -> Conversation:
    conversation = uuid.uuid4()
    async with house([delivery for _, script in questions for delivery in script]) as home:
        for text, _ in questions:
            await in_database(actions.send, person, conversation, client_id=uuid.uuid4(), text=text)
            await home.idle()
    return await in_database(Conversation.objects.get, pk=conversation)
