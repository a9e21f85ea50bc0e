"""What a server answered: text and values for the model, pictures for people alone."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from tools.mcp.limits import PICTURE_LIMIT, PICTURES
from tools.outcome import Picture
from tools.results import Rich

KINDS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
"""What browsers show without running anything in it, by how it begins."""


def read(result: CallToolResult) -> Rich:
    """Put text and structured content together; say of everything else that it was there."""
    pictures: list[Picture] = []
    texts = [_text(part, pictures) for part in result.content]
    text = "\n".join(texts)
    return Rich(_value(text, result.structured_content), tuple(pictures), is_error=bool(result.is_error))


def _value(text: str, structured: Any) -> Any:
    if structured is None or (isinstance(structured, dict) and [*structured.values()] == [text]):
        return text
    try:
        says_the_same = not text or json.loads(text) == structured
    except (ValueError, RecursionError):
        says_the_same = False
    return structured if says_the_same else {"text": text, "structured": structured}


def _text(part: Any, pictures: list[Picture]) -> str:
    match part:
        case TextContent(text=text):
            return text
        case ImageContent(data=data, mime_type=kind):
            return _picture(data, kind, pictures)
        case AudioContent(mime_type=kind):
            return f"[A sound ({kind[:40]}), which is not kept.]"
        case ResourceLink(uri=uri, name=name):
            return f"[A resource: {name[:200]}, {str(uri)[:500]}]"
        case EmbeddedResource(resource=BlobResourceContents(uri=uri)):
            return f"[A file, which is not kept: {str(uri)[:500]}]"
        case EmbeddedResource(resource=TextResourceContents(uri=uri, text=text)):
            return f"{str(uri)[:500]}:\n{text}"
    return "[Something else, which is not kept.]"


def _picture(data: str, kind: str, pictures: list[Picture]) -> str:
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return "[A picture that cannot be read.]"
    said = f"{kind[:40]}, {len(content):,} bytes"
    if len(content) > PICTURE_LIMIT or len(pictures) >= PICTURES:
        return f"[A picture ({said}), which is too much to be kept.]"
    if kind not in KINDS or not content.startswith(KINDS[kind]):
        return f"[A picture ({said}) of a kind that is not shown.]"
    pictures.append(Picture(kind, content))
    return f"[A picture ({said}), shown to the person.]"
