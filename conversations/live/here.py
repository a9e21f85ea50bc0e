"""The sockets of this process, and how they are told that it leaves."""

from __future__ import annotations

import asyncio
from typing import Protocol

CLOSING_SECONDS = 1.0  # for browsers to hear it; one that does not finds out by itself


class Socket(Protocol):
    """A socket that can be asked to come back elsewhere."""

    def send_away(self) -> None: ...


_open: dict[Socket, asyncio.Event] = {}


def enter(socket: Socket) -> None:
    _open[socket] = asyncio.Event()


def depart(socket: Socket) -> None:
    if closed := _open.pop(socket, None):
        closed.set()


async def leave(seconds: float) -> None:
    """Close every socket with the code that makes its page come back, to another process or to the next."""
    waiting = [asyncio.ensure_future(closed.wait()) for closed in _open.values()]
    for socket in list(_open):
        socket.send_away()
    if waiting:
        await asyncio.wait(waiting, timeout=CLOSING_SECONDS)
