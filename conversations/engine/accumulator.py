"""The deltas of one stream, added up to the reply they are pieces of."""

import json
from dataclasses import dataclass, field
from typing import Any

from conversations.engine.values import (
    Call,
    CallDelta,
    Delta,
    Finish,
    Json,
    Meta,
    ReasoningDelta,
    RefusalDelta,
    Reply,
    TextDelta,
)

# With these the model stopped where it wanted to; after any other reason its last words may be cut off.
WILLING = ("stop", "tool_calls", "")
LONGEST_ID = 200  # of a provider's; a longer one is replaced, for it must be kept and sent back


@dataclass(slots=True)
class _Begun:
    provider_id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    extras: Json = field(default_factory=dict)


class Accumulator:
    """Adds deltas at a cost that does not grow with what came before; the parts are joined when asked for."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._refusal: list[str] = []
        self._calls: dict[int, _Begun] = {}
        self._finish_reason = ""
        self._usage: Json = {}
        self._model = ""
        self._request_id = ""
        self._extras: Json = {}

    def add(self, delta: Delta) -> None:
        """Add one delta."""
        match delta:
            case TextDelta(text=text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case RefusalDelta(text):
                self._refusal.append(text)
            case CallDelta():
                self._add_call(delta)
            case Finish(reason):
                self._finish_reason = reason or self._finish_reason
            case Meta():
                self._add_meta(delta)

    def reply(self, ended: bool) -> Reply:
        """Return the reply so far; `ended` says that the server finished it and the stream was not cut."""
        return Reply(
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            refusal="".join(self._refusal),
            calls=self._reply_calls(ended),
            finish_reason=self._finish_reason,
            usage=dict(self._usage),
            model=self._model,
            request_id=self._request_id,
            extras={
                key: list(value) if isinstance(value, list) else value for key, value in self._extras.items()
            },
        )

    def _add_call(self, delta: CallDelta) -> None:
        call = self._calls.setdefault(delta.position, _Begun())
        if len(delta.provider_id) <= LONGEST_ID:
            call.provider_id = call.provider_id or delta.provider_id
        call.name = call.name or delta.name
        if delta.arguments:
            call.arguments.append(delta.arguments)
        call.extras.update(delta.extras)

    def _add_meta(self, delta: Meta) -> None:
        self._model = delta.model or self._model
        self._request_id = self._request_id or delta.request_id
        self._usage = delta.usage or self._usage
        for key, value in delta.extras.items():
            if isinstance(value, list):
                self._extras.setdefault(key, []).extend(value)
            else:
                self._extras[key] = value

    def _reply_calls(self, ended: bool) -> tuple[Call, ...]:
        taken = {call.provider_id for call in self._calls.values() if call.provider_id}
        return tuple(
            Call(
                position=position,
                provider_id=call.provider_id or _made_id(position, taken),
                name=call.name,
                arguments="".join(call.arguments),
                complete=ended and self._complete(call),
                extras=dict(call.extras),
            )
            for position, call in sorted(self._calls.items())
        )

    def _complete(self, call: _Begun) -> bool:
        """A call without a name can be neither run nor sent back; one that was cut off cannot be trusted."""
        willing = self._finish_reason in WILLING
        return bool(call.name) and (willing or _is_object("".join(call.arguments)))


def _made_id(position: int, taken: set[str]) -> str:
    made = f"call_{position}"
    while made in taken:
        made += "_"
    taken.add(made)
    return made


def _is_object(text: str) -> bool:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict)
