"""What the chunks of one reply say, in the engine's words, with every server's oddities evened out."""

from collections.abc import Mapping
from typing import Any

from conversations.engine.values import Delta, Finish, Meta, ReasoningDelta, RefusalDelta, TextDelta
from conversations.llm.characters import Joiner, clean, clean_json
from conversations.llm.dialects import error_within
from conversations.llm.failures import from_stream, too_much
from conversations.llm.wire.calls import MOST_CALLS, Calls
from conversations.llm.wire.parts import Said, said
from conversations.llm.wire.usage import counts

# Servers' own words for the reasons that OpenAI names; what is not here is kept as it was said.
REASONS = {
    "null": "",
    "none": "",
    "end_turn": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "stop_sequence": "stop",
    "function_call": "tool_calls",
    "tool_call": "tool_calls",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_length": "length",
    "safety": "content_filter",
}

Spoken = type[TextDelta] | type[ReasoningDelta] | type[RefusalDelta]
SPOKEN: tuple[Spoken, ...] = (ReasoningDelta, TextDelta, RefusalDelta)
# Of a thousand deltas all but a few have nothing else, and need not be searched for it.
USUAL = frozenset({"role", "content"})
# What a chunk has that may say more than its choices do.
PECULIAR = frozenset({"error", "type", "x_groq"})


class Reader:
    """Reads one reply; `server` is remembered with what only that server understands when it is sent back."""

    def __init__(self, server: str = "") -> None:
        self._calls = Calls()
        self._joiners: dict[Spoken, Joiner] = {
            TextDelta: Joiner(),
            ReasoningDelta: Joiner(),
            RefusalDelta: Joiner(),
        }
        self._choice: object = None
        self._legacy = True
        self._spoken = False
        self._named = False
        self._reasoning_field = ""
        self._unsaid = {"server": server} if server else {}

    def read(self, chunk: object) -> list[Delta]:
        """Return what one decoded chunk adds; raise ModelError where it reports an error."""
        error = error_within(chunk)
        if error:
            raise from_stream(error)
        if not isinstance(chunk, dict):
            return []
        deltas = self._meta(chunk)
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict) and self._mine(choice):
                deltas += self._read_choice(choice)
        return deltas

    def read_text(self, chunk: object) -> str | None:
        """Return what a chunk says that has nothing but text, for `say`; None for any other one."""
        if not isinstance(chunk, dict) or self._unsaid or not self._named or chunk.get("usage"):
            return None
        if not chunk.keys().isdisjoint(PECULIAR) or chunk.get("object") == "error":
            return None
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and len(choices) == 1 else None
        if not isinstance(choice, dict) or choice.get("error") or choice.get("finish_reason") is not None:
            return None
        delta, index = choice.get("delta"), choice.get("index")
        if not isinstance(delta, dict) or not delta.keys() <= USUAL:
            return None
        text = delta.get("content")
        return text if isinstance(text, str) and index is not None and index == self._choice else None

    def say(self, pieces: list[str]) -> list[Delta]:
        """Return what such chunks in a row add: one delta for them all."""
        text = self._joiners[TextDelta].feed("".join(pieces))
        self._spoken = self._spoken or bool(text)
        return [TextDelta(text, len(pieces))] if text else []

    def refuse_excess(self) -> None:
        """Raise ModelError once there are more calls than are read."""
        if self._calls.too_many:
            raise too_much(f"{MOST_CALLS} tool calls")

    def heard_untold(self) -> bool:
        """Say whether anything came since this was last asked that no delta tells yet."""
        heard, self._calls.heard_untold = self._calls.heard_untold, False
        return heard

    def end(self) -> list[Delta]:
        """Return what was held back in the hope of more."""
        rests = [(kind, joiner.end()) for kind, joiner in self._joiners.items()]
        return [*(kind(rest) for kind, rest in rests if rest), *self._calls.end()]

    def _meta(self, chunk: Mapping[str, Any]) -> list[Delta]:
        if self._named and not self._unsaid and not (chunk.get("usage") or "x_groq" in chunk):
            return []
        usage = counts(_mapping(chunk.get("usage")) or _mapping(_mapping(chunk.get("x_groq")).get("usage")))
        model, request_id = ("", "") if self._named else (_text(chunk.get("model")), _text(chunk.get("id")))
        self._named = self._named or bool(model or request_id)
        extras, self._unsaid = self._unsaid, {}
        said_any = model or request_id or usage or extras
        return [Meta(model, request_id, usage, extras)] if said_any else []

    def _mine(self, choice: Mapping[str, Any]) -> bool:
        """Only one choice was asked for; a second one would be mixed into it."""
        index = choice.get("index")
        self._choice = index if self._choice is None else self._choice
        return index is None or index == self._choice

    def _read_choice(self, choice: Mapping[str, Any]) -> list[Delta]:
        error = choice.get("error")  # OpenRouter
        if error:
            raise from_stream(error)
        deltas = self._read_delta(self._delta_of(choice))
        reason = clean(choice["finish_reason"]) if isinstance(choice.get("finish_reason"), str) else ""
        reason = REASONS.get(reason.lower(), reason)
        return [*deltas, Finish(reason)] if reason else deltas

    def _delta_of(self, choice: Mapping[str, Any]) -> Mapping[str, Any]:
        """A reply in one piece has `message`; beside streamed deltas it would be the same again."""
        delta = _mapping(choice.get("delta"))
        return delta if delta or self._spoken else _mapping(choice.get("message"))

    def _read_delta(self, delta: Mapping[str, Any]) -> list[Delta]:
        if delta.keys() <= USUAL and isinstance(content := delta.get("content"), str):
            text = self._joiners[TextDelta].feed(content)
            self._spoken = self._spoken or bool(text)
            return [TextDelta(text)] if text else []
        what = said(delta)
        deltas = self._texts(what)
        deltas += self._calls.read(self._entries(delta))
        extras = self._extras(delta, what)
        if extras:
            deltas.append(Meta(extras=extras))
        self._spoken = self._spoken or bool(deltas)
        return deltas

    def _texts(self, what: Said) -> list[Delta]:
        texts = zip(SPOKEN, (what.reasoning, what.text, what.refusal), strict=True)
        pieces = [kind(self._joiners[kind].feed(text)) for kind, text in texts if text]
        return [each for each in pieces if each.text]

    def _entries(self, delta: Mapping[str, Any]) -> list[object]:
        """Return the calls' pieces; `function_call` beside `tool_calls` is the same piece in its old form."""
        entries = delta.get("tool_calls")
        if isinstance(entries, Mapping):
            entries = [entries]
        if isinstance(entries, list) and entries:
            self._legacy = False
            return entries
        old = delta.get("function_call")
        return [{"function": old}] if self._legacy and isinstance(old, Mapping) else []

    def _extras(self, delta: Mapping[str, Any], what: Said) -> dict[str, Any]:
        """Collect what the server wants back with this reply."""
        extras: dict[str, Any] = {}
        if what.reasoning_field and what.reasoning_field != self._reasoning_field:
            self._reasoning_field = extras["reasoning_field"] = what.reasoning_field
        for key, kind in (("reasoning_details", list), ("extra_content", Mapping)):
            if isinstance(delta.get(key), kind) and delta[key]:
                extras[key] = clean_json(delta[key])
        return extras


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""
