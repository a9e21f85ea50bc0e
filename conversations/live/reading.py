"""What a browser says: a frame is read as a command, or refused in words that name what is wrong."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from ..refusals import TOO_LARGE, Refusal
from ..text import clean
from .commands import Command, reader

FRAME_LIMIT = 256 * 1024  # characters; far over any message limit
MOST_SAID = 200  # characters of a frame that an answer quotes


def read(text: str) -> tuple[int | None, Command | Refusal]:
    """Return the frame's number, None where it has none, and the command it holds or why it is refused."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None, Refusal("bad_frame", "Not understood: the frame is not JSON.")
    if len(text) > FRAME_LIMIT:
        return _number_of(frame), TOO_LARGE
    try:
        # Browsers send halves of surrogate pairs as escapes, which a strict reader takes for no JSON at all.
        return _number_of(frame), reader.validate_json(clean(json.dumps(frame, ensure_ascii=False)))
    except ValidationError as error:
        return _number_of(frame), _bad_frame(error)


def number_in(text: str | None) -> int:
    """Read a cursor from an address; nonsense counts as 0, which only makes the page be sent more."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _number_of(frame: Any) -> int | None:
    number = frame.get("n") if isinstance(frame, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number < 2**53 else None


def _bad_frame(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the frame"
    return Refusal("bad_frame", f"Not understood: {where[:MOST_SAID]}: {first['msg'][:MOST_SAID]}")
