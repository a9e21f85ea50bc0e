"""Daphne's sockets, with a short way for the many small frames of text that stream."""

from __future__ import annotations

import struct
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.tcp import Connection

WHOLE_TEXT = 0x81  # a text message in one frame, unmasked, as servers send
SHORT, MIDDLING = 125, 0xFFFF  # the longest payloads whose length takes no bytes of its own, or two


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """Frames text by itself, and writes at once what its connection takes.

    Autobahn would count, log and measure each message, and refuse to send one that is longer than what may be
    received. Twisted would buffer it, ask the loop when it may be written, and ask no more when it was.
    """

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        if binary or isinstance(content, bytes) or self.state != self.STATE_OPEN or self._perMessageCompress:
            super().serverSend(content, binary)
            return
        payload = content.encode()
        self.sendData(_head(len(payload)) + payload)

    def sendData(self, data: bytes, *how: Any, **more: Any) -> None:
        connection = self.transport
        if how or more or self.send_queue or not _is_idle(connection):
            super().sendData(data, *how, **more)
            return
        written = connection.writeSomeData(data)
        # A connection that is lost is told so by what follows, as ever.
        rest = data[written:] if isinstance(written, int) else data
        if rest:
            connection.write(rest)


def install() -> None:
    """Let daphne make these, in whatever server runs after this."""
    WebSocketFactory.protocol = Socket


def _head(length: int) -> bytes:
    if length <= SHORT:
        return bytes((WHOLE_TEXT, length))
    if length <= MIDDLING:
        return struct.pack("!BBH", WHOLE_TEXT, 126, length)
    return struct.pack("!BBQ", WHOLE_TEXT, 127, length)


def _is_idle(connection: Any) -> bool:
    """Say whether this is a plain connection on which nothing waits to be written before."""
    return (
        isinstance(connection, Connection)
        and bool(connection.connected)
        and not (connection.disconnecting or connection.dataBuffer)
        # Not Twisted's to name in public: without it everything goes the long way.
        and not getattr(connection, "_tempDataBuffer", True)
        and not getattr(connection, "TLS", True)
    )
