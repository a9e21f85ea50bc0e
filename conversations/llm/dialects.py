"""What a server's error body says: its own sentence, and which of our codes its words mean."""

import re
from collections.abc import Mapping
from typing import Any

from conversations.llm.characters import clean
from conversations.llm.errors import Code

# A provider's sentence is shown to a person: long ones quote the whole request back.
LONGEST_SENTENCE = 400

CONTEXT_FULL = re.compile(
    r"context_length_exceeded"  # OpenAI's code, and OpenRouter's
    r"|exceed_context_size_error|exceeds? the (available )?context (size|window)"  # llama.cpp
    r"|maximum context length|context (length|size|window) (has been )?exceeded"  # OpenAI, vLLM, DeepSeek
    r"|context window of this model|maximum prompt length"  # OpenAI, xAI
    r"|longer than the (model's|maximum) (context length|model length)"  # SGLang, vLLM
    r"|(prompt|input) (is )?too long|(prompt|input|input length) exceeds (the )?(max )?context"  # Ollama
    r"|context the overflows|reached context length|greater than the context length"  # LM Studio
    r"|token count.{0,40}exceeds the maximum number of tokens"  # Gemini
    r"|exceeds the model's max|reduce the length of the (messages|prompt|input)|request too large",  # Groq
    re.IGNORECASE | re.DOTALL,
)
NO_CREDIT = re.compile(
    r"insufficient[_ ](quota|credits?|balance|funds)|exceeded your current quota|billing_hard_limit"
    r"|credit balance is too low|requires more credits",
    re.IGNORECASE,
)
NO_SUCH_MODEL = re.compile(
    r"model_not_found|not a valid model|invalid model|unknown model|no such model"
    r"|model\b.{0,120}\b(does not exist|not found)",
    re.IGNORECASE | re.DOTALL,
)


def sentence(body: object) -> str:
    """Return what the server says for a person, bounded and on one line; "" where it says nothing."""
    text = " ".join(clean(_sentence(body)).split())
    if text.startswith("<"):
        return ""
    return text if len(text) <= LONGEST_SENTENCE else text[: LONGEST_SENTENCE - 1] + "…"


def code_of(status: int | None, body: object) -> Code | None:
    """Name the failure that a status and a body mean; None where only the status' class is left to tell."""
    words = f"{_codes(body)} {_sentence(body)[:4000]}"
    if NO_CREDIT.search(words) or status == 402:
        return "no_credit"
    if CONTEXT_FULL.search(words) or status == 413:
        return "context_full"
    if status == 429:
        return "rate_limited"
    if status in (401, 403):
        return "bad_key"
    if status == 404 or (status in (400, 422) and NO_SUCH_MODEL.search(words)):
        return "no_such_model"
    return None


def status_within(error: object) -> int | None:
    """Return the HTTP status that an error object names as its `code` (OpenRouter, Gemini, llama.cpp)."""
    code = error.get("code") if isinstance(error, Mapping) else None
    if isinstance(code, str) and code.isdecimal():
        code = int(code)
    return code if isinstance(code, int) and 400 <= code <= 599 else None


def error_within(body: object) -> object | None:
    """Return the error that a decoded body or chunk consists of, in whichever form servers put it."""
    if isinstance(body, list) and body:  # Gemini wraps its errors in a list
        return error_within(body[0])
    if not isinstance(body, Mapping):
        return None
    if body.get("error"):
        return body["error"]  # type: ignore[no-any-return]
    if body.get("object") == "error" or body.get("type") == "error":  # vLLM before 0.10
        return body
    if "choices" not in body and any(isinstance(body.get(key), str | list) for key in ("message", "detail")):
        return body  # FastAPI, gateways
    return None


def _sentence(body: object) -> str:
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, map(_sentence, body[:3])))
    if not isinstance(body, Mapping):
        return ""
    said = next(filter(None, (_sentence(body.get(key)) for key in ("message", "msg", "error", "detail"))), "")
    return " ".join(filter(None, (said, _upstream(body.get("metadata")))))


def _upstream(metadata: Any) -> str:
    """OpenRouter's own sentence is often "Provider returned error"; the provider's lies in the metadata."""
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    return f"({raw})" if isinstance(raw, str) and raw else ""


def _codes(body: object) -> str:
    inner = error_within(body)
    within = inner if isinstance(inner, Mapping) else body
    if not isinstance(within, Mapping):
        return ""
    return " ".join(str(within[key]) for key in ("code", "type", "status") if within.get(key))
