"""The texts within a delta: strings or lists of parts, and reasoning under each server's name for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# DeepSeek, Qwen, llama.cpp and LM Studio say the first, OpenRouter, Ollama and newer vLLM the second. Servers
# that send both send the same text twice, so the first one that is there counts.
REASONING_FIELDS = ("reasoning_content", "reasoning")


@dataclass(frozen=True, slots=True)
class Said:
    """The texts of one delta; they may end in half a surrogate pair."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    reasoning_field: str = ""


def said(delta: Mapping[str, Any]) -> Said:
    """Read the texts of one delta."""
    content = delta.get("content")
    field = next((name for name in REASONING_FIELDS if isinstance(delta.get(name), str | list)), "")
    texts = (plain(delta.get(name)) for name in REASONING_FIELDS)
    reasoning = next(filter(None, texts), "") or _details(delta.get("reasoning_details"))
    refusal = delta.get("refusal")
    return Said(
        text=plain(content, "text", "output_text"),
        reasoning=reasoning or plain(content, "thinking", "reasoning"),
        refusal=(refusal if isinstance(refusal, str) else "") or plain(content, "refusal"),
        reasoning_field=field,
    )


def plain(content: object, *kinds: str) -> str:
    """Return the text of `content`: a string, or its parts of the given types (of any if none is given)."""
    if isinstance(content, str):
        return content if not kinds or "text" in kinds else ""
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        return ""
    return "".join(_part(part) for part in content if not kinds or _kind(part) in kinds)


def _kind(part: object) -> str:
    return str(part.get("type", "text")) if isinstance(part, Mapping) else "text"


def _part(part: object) -> str:
    """Return one part's text; Mistral nests a list of parts under "thinking"."""
    if isinstance(part, Mapping):
        return next(
            filter(None, (plain(part.get(key)) for key in ("text", "thinking", "refusal", "reasoning"))), ""
        )
    return part if isinstance(part, str) else ""


def _details(details: object) -> str:
    """OpenRouter's list: texts and summaries are for reading, encrypted ones only for sending back."""
    entries = details if isinstance(details, list) else []
    texts = [entry.get("text") or entry.get("summary") for entry in entries if isinstance(entry, Mapping)]
    return "".join(text for text in texts if isinstance(text, str))
