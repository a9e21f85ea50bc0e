"""What went wrong with a server, in one sentence."""

from __future__ import annotations

import httpx2
from mcp import MCPError
from pydantic import ValidationError

from tools.mcp.http import CLOSED, Unreadable
from tools.redaction import without_secrets
from tools.text import clean

LONGEST = 500
LOST = "The connection to it was lost."
FORGOTTEN = "It was started anew."
SESSION_GONE = "Session terminated"  # how the SDK words the 404 by which servers say so
UNANSWERED = frozenset(
    {
        CLOSED,
        "SSE stream ended without a response",
        "SSE stream ended and reconnection attempts were exhausted",
    }
)
"""How the SDK words that no answer will come; its code for that is also many servers' own."""


class Ended(Exception):
    """The connection ended while something waited for it; the reason is a sentence."""


class Forgotten(Ended):
    """The server refused what it was asked, for it was started anew and knows nothing of this connection."""


def leaf(error: BaseException) -> BaseException:
    """Return the first error inside the groups into which the SDK wraps it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def fit(words: str) -> str:
    """Make another's words fit to be kept and shown; cut last, or half a secret would stay."""
    return without_secrets(clean(words))[:LONGEST]


def sentence(error: BaseException) -> str:
    """Say what an error means to whoever looks after the server."""
    error = leaf(error)
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return "It did not answer in time."
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return fit(f"Its answer is not what MCP prescribes ({place}: {first['msg']}).")
    if isinstance(error, MCPError):
        return f"It answered with an error: {fit(error.message)} ({error.code})."
    if isinstance(error, httpx2.ConnectError | OSError):
        return f"It cannot be reached: {fit(str(error)) or type(error).__name__}."
    return f"{type(error).__name__}: {fit(str(error))}"
