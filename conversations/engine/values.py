"""What the engine, the model client and the turn say to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """What the model is told of a tool; `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Which tools the model may call in its next reply; `name` only with mode "tool"."""

    mode: Literal["auto", "none", "required", "tool"] = "auto"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call as the model wrote it.

    `position` counts from 0 in the order of appearance. `provider_id` is unique within its reply only, and
    made where the server sent none. `complete` is False for a call that the stream cut off. `extras` go back
    with the call.
    """

    position: int
    provider_id: str
    name: str
    arguments: str
    complete: bool = True
    extras: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the model, whole or as far as it came; `finish_reason` is "" where none was said."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: tuple[Call, ...] = ()
    finish_reason: str = ""
    usage: Json = field(default_factory=dict)
    model: str = ""
    request_id: str = ""
    extras: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What the person wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model is told in answer to the call `provider_id` of the reply before it.

    `accepted` says that the call ran and succeeded.
    """

    provider_id: str
    name: str
    content: str
    accepted: bool = True


Item = Question | Reply | Answer


@dataclass(frozen=True, slots=True)
class Request:
    """All that one model call is made of; `instructions` become the system message."""

    instructions: str
    items: tuple[Item, ...]
    tools: tuple[OfferedTool, ...] = ()
    choice: Choice = Choice()


# What a stream says, piece by piece. A reader of the wire yields these; an accumulator adds them up.


@dataclass(frozen=True, slots=True)
class TextDelta:
    """`pieces` are how many of the server's this is made of."""

    text: str
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    text: str


@dataclass(frozen=True, slots=True)
class CallDelta:
    """A piece of the call at `position`; the first one for a position starts the call, with its name."""

    position: int
    provider_id: str = ""
    name: str = ""
    arguments: str = ""
    extras: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finish:
    reason: str


@dataclass(frozen=True, slots=True)
class Meta:
    """Facts about the reply that may come at any time; what is empty says nothing."""

    model: str = ""
    request_id: str = ""
    usage: Json = field(default_factory=dict)
    extras: Json = field(default_factory=dict)


Delta = TextDelta | ReasoningDelta | RefusalDelta | CallDelta | Finish | Meta
