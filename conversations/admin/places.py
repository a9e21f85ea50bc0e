"""How each kind of row in the lists is reached from the rows around it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from ..models import Conversation, ToolCall, Turn


@dataclass(frozen=True, slots=True)
class Place:
    """Lookups: the first two from the row itself, the others to it from a turn, a message, a call."""

    title: str
    person: str
    from_turn: str
    from_message: str
    from_call: str


PLACES: dict[type[Model], Place] = {
    Conversation: Place(
        title="title",
        person="person",
        from_turn="conversation",
        from_message="conversation",
        from_call="conversation",
    ),
    Turn: Place(
        title="conversation__title",
        person="conversation__person",
        from_turn="pk",
        from_message="turn",
        from_call="message__turn",
    ),
    ToolCall: Place(
        title="conversation__title",
        person="conversation__person",
        from_turn="messages__tool_calls",
        from_message="tool_calls",
        from_call="pk",
    ),
}
