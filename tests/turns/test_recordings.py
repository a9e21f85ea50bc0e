"""Every recording of a model's server, from its bytes to the page, the rows and a second question."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import Delivery, raw, says
from conversations.models import Exchange, Message, ToolCall, Turn
from tests.house import house
from tests.llm.table import RECORDINGS, Recording

# A conversation of several: whatever a server said is in the history of what the next is asked.
CONVERSATIONS = [RECORDINGS[at : at + 6] for at in range(0, len(RECORDINGS), 6)]

pytestmark = pytest.mark.django_db(transaction=True)


def ending_of(recording: Recording) -> tuple[str, str]:
    """Say how a turn must end whose first reply is this recording, and whose second one is plain."""
    if recording.error:
        return "failed", recording.error
    if recording.finish_reason in ("length", "content_filter"):
        return "incomplete", recording.finish_reason
    if recording.refusal:
        return "incomplete", "refusal"
    if any(call.complete for call in recording.calls):
        return "completed", "answered"
    if not recording.finish_reason:
        return "incomplete", "cut"
    if not recording.text:
        return "incomplete", "empty"
    return "completed", "answered"


@pytest.mark.parametrize("recordings", CONVERSATIONS, ids=lambda recordings: recordings[0].file)
async def test_a_recording_reaches_the_page_and_the_conversation_goes_on(
    recordings: tuple[Recording, ...], alice: User
) -> None:
    script = [delivery for recording in recordings for delivery in played(recording)]
    async with house([*script, says("The last answer.")]) as home, home.page(alice) as page:
        asked = {}
        for recording in recordings:
            asked[recording] = await page.ask("What is it like in Oslo?", ending_of(recording)[0])
            await home.compare(page)
        last = await page.ask("And then?")
        await home.compare(page)
        assert home.transport.left == 0
    for recording, turn in asked.items():
        await in_database(_the_rows_hold, recording, turn)
    answer = await in_database(Message.objects.get, turn=last, role="assistant")
    assert answer.text == "The last answer."


def played(recording: Recording) -> list[Delivery]:
    """Return the recording, and an answer where its calls are carried out and told."""
    answer = raw(recording.body, headers={"content-type": recording.content_type})
    goes_on = any(call.complete for call in recording.calls) and recording.finish_reason != "length"
    return [answer, says("There you are.")] if goes_on else [answer]


def _the_rows_hold(recording: Recording, asked: int) -> None:
    turn = Turn.objects.get(pk=asked)
    state, code = ending_of(recording)
    assert (turn.ending, bool(turn.detail)) == (code, state != "completed")
    reply = Message.objects.filter(turn=turn, role="assistant").earliest("pk")
    assert (reply.text, reply.reasoning, reply.refusal) == (
        recording.text,
        recording.reasoning,
        recording.refusal,
    )
    assert (reply.finish_reason, reply.error_code) == (recording.finish_reason, recording.error or "")
    assert all(isinstance(count, int | dict) for count in reply.usage.values())
    written = [(call.name, call.arguments_written) for call in ToolCall.objects.filter(message=reply)]
    assert written == [(call.name, call.arguments) for call in recording.calls]
    for call, said in zip(ToolCall.objects.filter(message=reply), recording.calls, strict=True):
        assert not call.is_open
        assert bool(call.answer) == said.complete
    exchange = Exchange.objects.get(pk=reply.pk)
    assert recording.body.startswith(exchange.response)
    assert exchange.request
