"""How pieces become the bytes of a Chat Completions event stream."""

import json
from collections.abc import Mapping
from typing import Any

from .delivery import Delta, Done, Finish, Raw

MODEL = "clearcall-demo"


class Writer:
    """Write one reply's chunks; it counts them, since every piece is about a token."""

    def __init__(self, reply_id: str, created: int, *, prompt_tokens: int, include_usage: bool) -> None:
        self._head = {"id": reply_id, "object": "chat.completion.chunk", "created": created, "model": MODEL}
        self._prompt_tokens = prompt_tokens
        self._include_usage = include_usage
        self._tokens = 0

    def write(self, piece: Delta | Finish | Done | Raw) -> bytes:
        """Give the bytes of one piece; the role goes before the first delta."""
        match piece:
            case Raw(data):
                return data
            case Delta(fields):
                return self._opening(fields) + self._delta(fields)
            case Finish(reason):
                return self._choice({}, finish_reason=reason)
            case Done():
                return self._usage() + b"data: [DONE]\n\n"

    def _opening(self, fields: Mapping[str, Any]) -> bytes:
        if self._tokens:
            return b""
        content = None if "tool_calls" in fields else ""
        return self._choice({"role": "assistant", "content": content, "refusal": None})

    def _delta(self, fields: Mapping[str, Any]) -> bytes:
        self._tokens += 1
        return self._choice(fields)

    def _choice(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._event({"choices": [choice]})

    def _usage(self) -> bytes:
        if not self._include_usage:
            return b""
        total = self._prompt_tokens + self._tokens
        usage = {
            "prompt_tokens": self._prompt_tokens,
            "completion_tokens": self._tokens,
            "total_tokens": total,
        }
        return self._event({"choices": [], "usage": usage})

    def _event(self, fields: Mapping[str, Any]) -> bytes:
        return f"data: {json.dumps({**self._head, **fields})}\n\n".encode()
