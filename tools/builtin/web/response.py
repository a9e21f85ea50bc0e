"""What the model is told of an answer: text and JSON, up to a size; anything else is refused."""

import json
from typing import Any

import aiohttp

from tools import ToolError
from tools.builtin.web.messages import Response

MAX_BYTES = 256 * 1024
"""More than a tool's result may have, so that the cut is told where all others are."""

TEXT = {
    "application/javascript",
    "application/json",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/yaml",
}


async def response(answer: aiohttp.ClientResponse) -> Response:
    """Read an answer; ToolError where it is too long or no text."""
    raw = await _body(answer)
    type_ = answer.content_type if "Content-Type" in answer.headers else ""
    if raw and not _is_text(type_, raw):
        raise ToolError(
            f"The host answered {answer.status} with {type_[:100] or 'something'} of {len(raw):,} bytes, "
            "which is no text and cannot be told."
        )
    text = _text(raw, answer.charset or "utf-8")
    return {
        "status": answer.status,
        "address": str(answer.url),
        "type": type_,
        "body": _meaning(text) if type_ == "application/json" or type_.endswith("+json") else text,
    }


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    # Unpacked piece by piece: what swells is noticed before it fills the memory.
    async for piece in answer.content.iter_chunked(16 * 1024):
        body += piece
        if len(body) > MAX_BYTES:
            raise ToolError(f"The answer is longer than {MAX_BYTES // 1024} KB. Ask for less of it.")
    return bytes(body)


def _is_text(type_: str, raw: bytes) -> bool:
    named = type_.startswith("text/") or type_ in TEXT or type_.endswith(("+json", "+xml"))
    return (named or not type_) and b"\0" not in raw[:1024]


def _text(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset, errors="replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or one that is none ("hex")
        return raw.decode(errors="replace")


def _meaning(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
