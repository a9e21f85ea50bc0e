"""What can go wrong between us and a model's server, as a code and a sentence for a person.

    ModelError
    ├── before the stream
    │   ├── unreachable      nothing answers there: refused, no such host, TLS, no connection in time
    │   ├── bad_key          401, 403
    │   ├── no_such_model    404
    │   ├── no_credit        402, and the 429 that waiting does not mend
    │   ├── rate_limited     429
    │   ├── context_full     the conversation does not fit any more, in any server's words
    │   ├── bad_request      every other 4xx
    │   └── provider_failed  5xx
    ├── instead of the stream
    │   └── not_a_stream     a web page, other JSON or plain text with status 200
    └── within the stream
        ├── silent           no byte for too long (before the first one, too), or bytes without a word
        ├── too_much         more bytes or more calls than any reply has
        ├── broken_stream    a frame that is not JSON
        └── stream_error     an error that the server reports after it has begun

A stream that merely stops is no error: it is a reply without a finish_reason (`Stream.ending`).
"""

from typing import Literal

from conversations.llm.secret import Secret

Code = Literal[
    "unreachable",
    "bad_key",
    "no_such_model",
    "no_credit",
    "rate_limited",
    "context_full",
    "bad_request",
    "provider_failed",
    "not_a_stream",
    "silent",
    "too_much",
    "broken_stream",
    "stream_error",
]


class ModelError(Exception):
    """A model call that failed; `message` is for a person."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message

    def hiding(self, secret: Secret) -> "ModelError":
        """Return the same error without the key, which some servers quote when they refuse it."""
        return ModelError(self.code, secret.hidden_in(self.message))
