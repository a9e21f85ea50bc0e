"""How much of a request's body is taken in, before Django or a disk sees any of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from conversations.application import Application, Receive, Scope, Send

STATUS, TITLE = 413, "Too large"


def sentence() -> str:
    """Say what is wrong, and how much would be right."""
    return (
        f"That was more than {settings.REQUEST_LIMIT_BYTES:,} bytes, so it was not read. Go back, send less."
    )


class BoundedBody:
    """Refuses what says that it is too long, and stops to listen to what turns out to be.

    daphne gives a body away only when it has all of it, and so has a bound of its own (`bounded.py`).
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _announced(scope) > settings.REQUEST_LIMIT_BYTES:
            await _refuse(send)
            return
        listening = _Listening(receive, send)
        await self._application(scope, listening.receive, listening.send)
        if listening.is_over and not listening.answered:
            await _refuse(send)


class _Listening:
    """One request while its body comes in."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._taken = 0
        self.answered = False

    @property
    def is_over(self) -> bool:
        return self._taken > settings.REQUEST_LIMIT_BYTES

    async def receive(self) -> Mapping[str, Any]:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        # To whoever reads, it is as if the browser had left: no part of it is worth an answer.
        return {"type": "http.disconnect"} if self.is_over else message

    async def send(self, message: Mapping[str, Any]) -> None:
        self.answered = True
        await self._send(message)


def _announced(scope: Scope) -> int:
    """Return the length that a request gives itself, 0 where it gives none that can be read."""
    written = dict(scope["headers"]).get(b"content-length", b"")
    return int(written) if written.isdigit() and len(written) < 20 else 0


async def _refuse(send: Send) -> None:
    body = f"{sentence()}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": STATUS, "headers": headers})
    await send({"type": "http.response.body", "body": body})
