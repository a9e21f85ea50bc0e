"""A server on loopback that writes HTTP by hand, for what no proper server writes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

Meeting = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def says(*writes: bytes) -> Meeting:
    """Answer every request on a connection with these bytes, and leave it open."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length[15:]))
            for data in writes:
                writer.write(data)
                await writer.drain()

    return meet


@asynccontextmanager
async def serving(meet: Meeting, trust: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Let `meet` answer every connection; yield the base URL."""
    meetings: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await meet(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        meetings.add(asyncio.create_task(met(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=trust)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if trust else 'http'}://127.0.0.1:{port}/v1"
    finally:
        server.close()
        for meeting in meetings:
            meeting.cancel()
        await asyncio.gather(*meetings)
        await server.wait_closed()
