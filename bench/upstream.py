"""A model server for benchmarks: Chat Completions as SSE, one token each 20 ms, stamped with the clock.

    python -m bench.upstream PORT TOKENS SHAPE

A token is "w<nanoseconds of the monotonic clock> "; SHAPE is prose, list, table or code.
"""

from __future__ import annotations

import asyncio
import sys
import time

from bench.shapes import SHAPES

TOKEN_SECONDS = 0.02
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_OPEN = b'data: {"id":"b","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"'
_CLOSE = b'"},"finish_reason":null}]}\n\n'
_STOP = b'data: {"id":"b","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


async def main(port: int, tokens: int, shape: str) -> None:
    """Serve until killed."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _read_request(reader):
                await _stream(writer, tokens, shape)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


async def _read_request(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    await reader.readexactly(length)
    return True


async def _stream(writer: asyncio.StreamWriter, tokens: int, shape: str) -> None:
    before, after = SHAPES[shape]
    writer.write(_HEAD)
    started = time.monotonic()
    for count in range(tokens):
        wait = started + count * TOKEN_SECONDS - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        text = f"{before(count)}w{time.monotonic_ns()} {after(count)}"
        _write_chunk(writer, _OPEN + text.encode() + _CLOSE)
    _write_chunk(writer, _STOP)
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _write_chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(data), data))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
