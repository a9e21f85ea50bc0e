"""One model call as it went over the wire: what was sent and what came, byte for byte."""

from dataclasses import dataclass

from conversations.llm.secret import Secret


@dataclass(frozen=True, slots=True)
class Exchange:
    """A model call, perhaps under way; of several attempts the last."""

    request_body: bytes = b""
    response_body: bytes = b""
    truncated: bool = False
    status: int | None = None
    request_id: str = ""


class Recorder:
    """Takes notes of one model call; `limit` is how many bytes of the response it keeps."""

    def __init__(self, limit: int, *, secret: Secret) -> None:
        self._limit = limit
        self.secret = secret
        self.sent(b"")

    def sent(self, request: bytes) -> None:
        """Note an attempt; what the one before it brought is forgotten."""
        self._request = request
        self._received: list[bytes] = []
        self._size = 0
        self._status: int | None = None
        self._request_id = ""

    def answered(self, status: int, *, request_id: str) -> None:
        self._status, self._request_id = status, request_id

    def received(self, data: bytes) -> None:
        if self._size < self._limit:
            self._received.append(data[: self._limit - self._size])
        self._size += len(data)

    def exchange(self) -> Exchange:
        """Return what is known by now."""
        return Exchange(
            request_body=self._request,
            response_body=self.secret.hidden_in_bytes(b"".join(self._received)),
            truncated=self._size > self._limit,
            status=self._status,
            request_id=self._request_id,
        )
