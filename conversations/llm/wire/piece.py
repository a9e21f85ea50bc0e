"""One entry of a chunk's `tool_calls`, its fields in our types whatever the server made of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversations.llm.characters import clean, clean_json

# What a provider adds to a call and demands back with it: Gemini's thought signature, LiteLLM's copy of it.
EXTRAS = ("extra_content", "provider_specific_fields", "thought_signature")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one call; "" and None stand for what is missing. `arguments` may end in half a pair."""

    index: int | None
    id: str
    name: str
    arguments: str
    extras: dict[str, Any]


def piece(entry: Mapping[str, Any]) -> Piece:
    """Read one entry; a few servers leave out the `function` level."""
    function = entry.get("function")
    inner: Mapping[str, Any] = function if isinstance(function, Mapping) else entry
    return Piece(
        index=_index(entry.get("index")),
        id=_text(entry.get("id")),
        name=_text(inner.get("name")),
        arguments=_arguments(inner.get("arguments")),
        extras={key: clean_json(entry[key]) for key in EXTRAS if entry.get(key)},
    )


def _index(value: object) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _arguments(value: object) -> str:
    """Arguments are a string; some servers send the object itself, and null while there are none yet."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
