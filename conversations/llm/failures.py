"""What others did wrong, as a ModelError: a status, an error within a stream, a connection that never was."""

import math
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from conversations.llm.dialects import code_of, sentence, status_within
from conversations.llm.errors import Code, ModelError

SENTENCES: dict[Code, str] = {
    "no_credit": "The account at the model's server has no credit left. Waiting does not help: add credit or "
    "change OPENAI_API_KEY.",
    "context_full": "All of this is longer than the model takes. Send less, or start a new conversation.",
    "bad_key": "The model's server refused the key. Check OPENAI_API_KEY.",
}


def from_status(status: int, body: object, headers: Mapping[str, str], *, model: str) -> ModelError:
    """Name the failure that an answer with status 400 or above is; `body` is decoded JSON or text."""
    said = sentence(body)
    retry_after = wait_of(headers) if status in (429, 503) else None
    code: Code = code_of(status, body) or ("provider_failed" if status >= 500 else "bad_request")
    message = _message(code, said, status=status, model=model, retry_after=retry_after)
    return ModelError(code, message)


def from_stream(error: object) -> ModelError:
    """Name the failure that an error object within a stream reports."""
    said = sentence(error)
    status = status_within(error)
    found = code_of(status, error)
    code: Code = found if found in ("context_full", "no_credit", "rate_limited") else "stream_error"
    message = _message(code, said, status=status, model="", retry_after=None)
    return ModelError(code, message)


def unreachable(error: BaseException, base_url: str, *, seconds: float) -> ModelError:
    """Say why no connection came about; `seconds` is how long one was waited for."""
    why, hint = _why(error, seconds)
    message = f"The model's server at {base_url} cannot be reached: {why}. {hint}"
    return ModelError("unreachable", message)


def silent(seconds: float) -> ModelError:
    """Say that no byte came for so many seconds."""
    return ModelError(
        "silent",
        f"The model's server said nothing for {seconds:g} seconds. Try again, or check that it is well.",
    )


def wordless(seconds: float) -> ModelError:
    """Say that for so many seconds there were bytes, and nothing in them."""
    return ModelError(
        "silent",
        f"The model's server kept the line open for {seconds:g} seconds without a word. "
        "Try again, or check that it is well.",
    )


def too_much(what: str) -> ModelError:
    """Say that a reply was left where it stood, after so much of it."""
    return ModelError("too_much", f"The reply was ended here, after {what}.")


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, as a number or a date; None where it says nothing."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _message(code: Code, said: str, *, status: int | None, model: str, retry_after: float | None) -> str:
    quoted = _quoted(said)
    when = "in a moment" if retry_after is None else f"in {max(1, round(retry_after))} seconds"
    match code:
        case "bad_key" if status == 403:
            return f"The model's server does not allow this{quoted} Check what OPENAI_API_KEY may use."
        case "no_such_model" if model not in said:
            return (
                f"The model's server has nothing at this address, or no model “{model}”. "
                "Check OPENAI_BASE_URL, which mostly ends in /v1, and OPENAI_MODEL."
            )
        case "no_such_model":
            return f"The model's server knows no model “{model}”. Check OPENAI_MODEL and OPENAI_BASE_URL."
        case "rate_limited":
            return f"The model's server takes no more requests for now. Try again {when}."
        case "bad_request":
            return f"The model's server did not accept the request{quoted}"
        case "provider_failed":
            return f"The model's server failed (status {status}){quoted} Try again {when}."
        case "stream_error":
            return f"The model's server broke off its reply{quoted}"
        case _:
            return SENTENCES[code]


def _quoted(said: str) -> str:
    if not said:
        return "."
    return f": {said}" if said[-1] in ".!?…" else f": {said}."


def _why(error: BaseException, seconds: float) -> tuple[str, str]:
    causes = list(_chain(error))
    check = "Check OPENAI_BASE_URL."
    if any("ConnectTimeout" in type(cause).__name__ for cause in causes):
        return f"it did not answer within {seconds:g} seconds", check
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "there is no such host", check
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "no secure connection could be made (TLS)", "Check its certificate, and OPENAI_BASE_URL."
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "nothing answers there", "Check OPENAI_BASE_URL, and that the server is running."
    if any("RemoteProtocolError" in type(cause).__name__ for cause in causes):
        return "it closed the connection without an answer", "Try again, and look at its log."
    return "the connection failed", check


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Walk the causes; a connection tried at several addresses keeps one cause for each."""
    if error is None:
        return
    yield error
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _chain(inner)
    yield from _chain(error.__cause__ or error.__context__)
