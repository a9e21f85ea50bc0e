"""The small words a script is written in: says, calls, refuses, fails, raw, silence."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .delivery import Delivery, Delta, Done, Finish, Gate, Hold, Piece, Raw

ARGUMENTS_PIECE, MOST_PIECES = 8, 1_000  # characters; what is very long comes in larger pieces

Arguments = Mapping[str, Any] | str
Asked = tuple[str, Arguments]


def says(text: str, *, reasoning: str = "", finish: str = "stop", gate: Gate | None = None) -> Delivery:
    """Answer with `text`, one piece a word; with a `gate` the stream waits for it after the first piece."""
    pieces = (*_deltas("reasoning_content", reasoning), *_deltas("content", text))
    delivery = _finished(*pieces, finish=finish)
    return delivery.held_after(1, gate) if gate else delivery


def calls(*asked: Asked, text: str = "", finish: str = "tool_calls", gate: Gate | None = None) -> Delivery:
    """Call tools: each `(name, arguments)`, where a string is sent as it is, JSON or not.

    The ids are call_0, call_1 ... in every reply: a provider's ids are unique within a reply only.
    """
    ids = tuple(f"call_{position}" for position in range(len(asked)))
    delivery = calls_with_ids(ids, *asked, text=text, finish=finish)
    return delivery.held_after(1, gate) if gate else delivery


def calls_with_ids(
    ids: tuple[str, ...], *asked: Asked, text: str = "", reasoning: str = "", finish: str = "tool_calls"
) -> Delivery:
    """Call tools under the given ids, after `reasoning` and `text`."""
    pieces: list[Piece] = [*_deltas("reasoning_content", reasoning), *_deltas("content", text)]
    for position, (call_id, (name, arguments)) in enumerate(zip(ids, asked, strict=True)):
        pieces += _call(position, call_id, name, arguments)
    return _finished(*pieces, finish=finish)


def refuses(text: str) -> Delivery:
    """Decline to answer, in the `refusal` field."""
    return _finished(*_deltas("refusal", text), finish="stop")


def fails(
    status: int, message: str = "", *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> Delivery:
    """Answer with an HTTP error and a JSON body in OpenAI's form."""
    body = error_body(message or f"The demo model was told to fail with {status}.", code=code, status=status)
    sent = {"content-type": "application/json", **(headers or {})}
    return Delivery((Raw(json.dumps(body).encode()),), status=status, headers=sent)


def raw(*reads: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Delivery:
    """Answer with exactly these bytes, one read each; the content type is an event stream's unless given."""
    delivery = Delivery(tuple(Raw(read) for read in reads), status=status)
    return Delivery(delivery.pieces, status, headers) if headers else delivery


def silence() -> Delivery:
    """Send the headers, and then nothing, until the client gives up."""
    return Delivery((Hold(asyncio.Event()),))


def error_body(
    message: str, *, status: int, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """Put a sentence into OpenAI's form of an error."""
    kind = "invalid_request_error" if status < 429 else "server_error" if status >= 500 else "requests"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def words(text: str) -> list[str]:
    """Split into words that join to the same text again."""
    return re.findall(r"\s*\S+(?:\s+\Z)?|\s+\Z", text)


def _finished(*pieces: Piece, finish: str) -> Delivery:
    return Delivery((*pieces, Finish(finish), Done()))


def _deltas(field: str, text: str) -> Iterator[Piece]:
    return (Delta({field: word}) for word in words(text))


def _call(position: int, call_id: str, name: str, arguments: Arguments) -> Iterator[Piece]:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    function = {"name": name, "arguments": ""}
    yield Delta(
        {"tool_calls": [{"index": position, "id": call_id, "type": "function", "function": function}]}
    )
    size = max(ARGUMENTS_PIECE, len(written) // MOST_PIECES)
    for start in range(0, len(written), size):
        bit = written[start : start + size]
        yield Delta({"tool_calls": [{"index": position, "function": {"arguments": bit}}]})
