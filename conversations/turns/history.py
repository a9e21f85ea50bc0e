"""What the model is told before it answers: the branch so far, and the instructions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings

from tools.context import ToolContext

from ..engine.values import Answer, Call, Item, Question, Reply
from ..models import Message, ToolCall, Turn
from ..models.path import path_to


def history(turn: Turn) -> tuple[Item, ...]:
    """Return the branch that ends in `turn` as the engine's items; two queries besides the walk."""
    on_path = path_to(turn.pk)
    calls: dict[int, list[ToolCall]] = defaultdict(list)
    for call in ToolCall.of_turns(on_path):
        calls[call.message_id].append(call)
    messages = Message.with_turns(on_path)
    last_of_turn = {message.turn_id: message.pk for message in messages}
    return tuple(
        item
        for message in messages
        if not _was_asked_again(message, last_of_turn)
        for item in _items(message, calls[message.pk])
    )


def instructions(turn: Turn) -> str:
    """Say what every request begins with: the installation's words, the person's, the day, the time zone."""
    person = turn.conversation.person
    context = ToolContext.for_person(person)
    today = context.now
    day = f"{today:%A}, {today.day} {today:%B %Y} ({today:%Y-%m-%d})"
    facts = f"Today is {day}. The person's time zone is {context.time_zone.key}."
    return "\n\n".join(part for part in (settings.INSTRUCTIONS, person.instructions, facts) if part)


def answer_of(call: ToolCall) -> Answer:
    """Return what the model is told of a call that has ended."""
    succeeded = call.state == ToolCall.State.SUCCEEDED
    return Answer(call.provider_id, call.name, call.answer, accepted=succeeded)


def _was_asked_again(message: Message, last_of_turn: dict[int, int]) -> bool:
    """Say whether a half reply is left out because the model is asked again in the same turn."""
    half = message.state in (Message.State.INTERRUPTED, Message.State.FAILED)
    return half and (last_of_turn[message.turn_id] != message.pk or message.attempt < message.turn.attempt)


def _items(message: Message, calls: list[ToolCall]) -> Iterator[Item]:
    if message.role == Message.Role.USER:
        yield Question(message.text)
        return
    written = [call for call in calls if call.written_at]
    if not (message.text or message.refusal or written):
        return
    yield Reply(
        text=message.text,
        reasoning=message.reasoning,
        refusal=message.refusal,
        calls=tuple(_call(call) for call in written),
        finish_reason=message.finish_reason,
        extras=message.extras,
    )
    if any(call.is_open for call in written):
        return  # a turn that goes on after a crash: the loop answers them first, all of them in their order
    for call in written:
        yield answer_of(call)


def _call(call: ToolCall) -> Call:
    return Call(
        position=call.position,
        provider_id=call.provider_id,
        name=call.name,
        arguments=call.arguments_written,
        extras=call.extras,
    )
