"""One model call as it went over the wire: what was sent and what came, byte for byte, and when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from conversations.llm.secret import Secret


@dataclass(frozen=True, slots=True)
class Exchange:
    """A model call, perhaps under way; of several attempts the last. Times are the clock's, in UTC."""

    url: str = ""
    request_body: bytes = b""
    response_body: bytes = b""
    truncated: bool = False
    status: int | None = None
    content_type: str = ""
    request_id: str = ""
    attempts: int = 0
    started: datetime | None = None
    first_byte: datetime | None = None
    ended: datetime | None = None


class Recorder:
    """Takes notes of one model call; `limit` is how many bytes of the response it keeps."""

    def __init__(self, limit: int, *, secret: Secret) -> None:
        self._limit = limit
        self.secret = secret
        self._attempts = 0
        self._started = datetime.now(UTC)
        self._forget()

    def _forget(self) -> None:
        self._url, self._request = "", b""
        self._received: list[bytes] = []
        self._size = 0
        self._status: int | None = None
        self._content_type = self._request_id = ""
        self._first_byte: datetime | None = None
        self._ended: datetime | None = None

    def sent(self, url: str, request: bytes) -> None:
        """Note an attempt; what the one before it brought is forgotten."""
        self._forget()
        self._attempts += 1
        self._url, self._request = url, request

    def answered(self, status: int, *, content_type: str, request_id: str) -> None:
        self._status, self._content_type, self._request_id = status, content_type, request_id

    def received(self, data: bytes) -> None:
        self._first_byte = self._first_byte or datetime.now(UTC)
        if self._size < self._limit:
            self._received.append(data[: self._limit - self._size])
        self._size += len(data)

    def end(self) -> None:
        self._ended = self._ended or datetime.now(UTC)

    def exchange(self) -> Exchange:
        """Return what is known by now."""
        return Exchange(
            url=self._url,
            request_body=self._request,
            response_body=self.secret.hidden_in_bytes(b"".join(self._received)),
            truncated=self._size > self._limit,
            status=self._status,
            content_type=self._content_type,
            request_id=self._request_id,
            attempts=self._attempts,
            started=self._started,
            first_byte=self._first_byte,
            ended=self._ended,
        )
