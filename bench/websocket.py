"""A websocket client that costs next to nothing, so that the benchmark measures the server."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import AsyncIterator

# Characters, as docs/protocol.md counts them: far below what a server lets go unread.
_ACK_EVERY = 256 * 1024
_MASK = b"\0\0\0\0"  # a mask of zeros is a mask, and leaves the text as it is


class Socket:
    """One connection; text frames only, as Clearcall sends them."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._taken = self._told = 0

    @classmethod
    async def open(cls, port: int, path: str, cookie: str) -> Socket:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    def send(self, text: str) -> None:
        self._frame(0x81, text.encode())

    async def frames(self) -> AsyncIterator[str]:
        """Yield text frames until the server closes."""
        while True:
            first, second = await self._reader.readexactly(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", await self._reader.readexactly(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", await self._reader.readexactly(8))[0]
            data = await self._reader.readexactly(size)
            match first & 0x0F:
                case 1:
                    text = data.decode()
                    self._acknowledge(len(text))
                    yield text
                case 8:
                    return
                case 9:
                    self._frame(0x8A, data)

    def close(self) -> None:
        self._writer.close()

    def _acknowledge(self, characters: int) -> None:
        self._taken += characters
        if self._taken - self._told >= _ACK_EVERY:
            self._told = self._taken
            self.send(f'{{"do":"ack","bytes":{self._taken}}}')

    def _frame(self, kind: int, data: bytes) -> None:
        size = len(data)
        head = bytes([kind, 0x80 | size]) if size < 126 else struct.pack(">BBH", kind, 0x80 | 126, size)
        self._writer.write(head + _MASK + data)
