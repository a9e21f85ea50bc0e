"""The bytes of an answer as the JSON values they frame: server-sent events as servers really write them.

The SDK's own decoder is not used: it dies of a keep-alive in a data line, of an empty one and of broken
UTF-8, and drops what llama.cpp says in an `error:` field and what gateways forward without any framing.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress

import jiter

from conversations.llm.dialects import error_within
from conversations.llm.errors import ModelError

# A data line longer than this is no piece of a reply; reading on would only fill the memory.
LONGEST_LINE = 8 * 1024 * 1024
LINE_END = re.compile(rb"\r\n|\n|\r")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FIELDS = (b"data:", b"event:", b"id:", b"retry:", b"error:", b":")
KINDS = {b"<": "a web page", b"{": "JSON that is no reply", b"[": "JSON that is no reply"}
# How much of what came is looked at to name what came instead of a stream.
HEAD = 200


class Frames:
    """Takes bytes as they come, gives decoded JSON values; `done` once the server has said [DONE]."""

    def __init__(self) -> None:
        self.done = False
        self.framed = False
        self._rest = bytearray()
        self._begun = False
        self._document = False
        self._head = b""

    def feed(self, data: bytes) -> Iterator[object]:
        """Yield the values that `data` completes; raise ModelError where it is no stream or a broken one."""
        if not self._begun:
            data = self._begin(data)
        if len(self._rest) + len(data) > LONGEST_LINE:
            raise ModelError("broken_stream", "The model's server sent a line without an end.")
        lines = [data] if self._document else _lines(data)
        lines[0] = bytes(self._rest + lines[0])
        self._rest = bytearray(lines.pop())
        if self._document and self._rest.startswith(b"<") and len(self._rest) >= HEAD:
            raise _no_stream(bytes(self._rest))
        for line in lines:
            if line.startswith(b"data: {"):  # as nearly all do that are not empty
                self.framed = True
                yield _decoded(line[6:])
            elif line:
                yield from self._line(line)

    def end(self) -> Iterator[object]:
        """Yield what the last bytes hold: a line without its newline, or a whole body that was no stream."""
        rest, self._rest = bytes(self._rest), bytearray()
        if self._document:
            yield from self._whole(rest)
        elif rest:
            # Cut in the middle of a line: nothing is broken, there is only no more.
            with suppress(ModelError):
                yield from self._line(rest)
        if not self.framed and (self._head.strip() or not self._begun):
            raise _no_stream(self._head)

    def _begin(self, data: bytes) -> bytes:
        start = bytes(self._rest + data).removeprefix(BYTE_ORDER_MARK).lstrip()
        self._rest.clear()
        self._begun = bool(start) and not BYTE_ORDER_MARK.startswith(start)
        self._document = start[:1] in (b"{", b"[", b"<")
        self._head = start[:HEAD]
        return start

    def _line(self, line: bytes) -> Iterator[object]:
        if line.startswith(b"{"):  # gateways forward an error without framing it (Lemonade)
            line = b"data: " + line
        self.framed = self.framed or line.startswith(FIELDS)
        field, _, value = line.partition(b":")
        payload = value.strip()
        if field == b"error" and payload.startswith((b"{", b'"')):  # llama.cpp until the end of 2025
            yield {"error": _decoded(payload)}
        elif field == b"data" and payload.startswith(b"[DONE]"):
            self.done = True
        elif field == b"data" and payload.startswith((b"{", b"[{")):
            yield _decoded(payload)
        # Every other data line is a keep-alive: empty, a comment, "[PING]", "null".

    def _whole(self, document: bytes) -> Iterator[object]:
        """Read a body that is one JSON document: a reply in one piece, or an error; both with status 200."""
        try:
            value: object = json.loads(document)
        except (ValueError, RecursionError) as error:
            lines = LINE_END.split(document)
            if not any(line.startswith(b"data:") for line in lines):
                raise _no_stream(document) from error
            for line in lines:  # a stream after all, whose first line came without its frame
                yield from self._line(line)
            return
        if not error_within(value) and not (isinstance(value, dict) and value.get("choices")):
            raise _no_stream(document)
        self.framed = self.done = True
        yield value


def _lines(data: bytes) -> list[bytes]:
    return LINE_END.split(data) if b"\r" in data else data.split(b"\n")


def _decoded(payload: bytes) -> object:
    try:
        return jiter.from_json(payload)
    except ValueError:
        pass  # perhaps only because it is stricter about surrogates and UTF-8
    try:
        return json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ModelError(
            "broken_stream",
            "The model's server sent a piece of its reply that cannot be read. Try again.",
        ) from error


def _no_stream(body: bytes) -> ModelError:
    return ModelError(
        "not_a_stream",
        f"The model's server answered with {_kind(body)} instead of a reply. "
        "Check OPENAI_BASE_URL; it usually ends in /v1.",
    )


def _kind(body: bytes) -> str:
    if not body.strip():
        return "nothing"
    return KINDS.get(body[:1], "plain text")
