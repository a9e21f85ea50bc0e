"""A model server for benchmarks: Chat Completions as SSE, one token each 20 ms, stamped with the clock.

    python -m bench.upstream PORT SHAPE [SECONDS]

The question says of how many tokens the reply is to be: "20", or "20+3" for one that comes after three calls
of the calculator. A token is "w<nanoseconds of the monotonic clock> "; SHAPE is prose, list, table or code.
SECONDS pass before the first one.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time

from bench.shapes import SHAPES

TOKEN_SECONDS = 0.02
_QUESTION = re.compile(rb'"role": ?"user", ?"content": ?"(\d+)(?:\+(\d+))?"')
_ROLE = re.compile(rb'"role": ?"(\w+)"')
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_OPEN = b'data: {"id":"b","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"'
_CLOSE = b'"},"finish_reason":null}]}\n\n'
_CALL = (
    b'data: {"id":"b","choices":[{"index":0,"delta":{"tool_calls":[{"index":%d,"id":"call_%d",'
    b'"type":"function","function":{"name":"calculate","arguments":"{\\"expression\\": \\"6 * 7\\"}"}}]},'
    b'"finish_reason":null}]}\n\n'
)
_STOP = b'data: {"id":"b","choices":[{"index":0,"delta":{},"finish_reason":"%b"}]}\n\ndata: [DONE]\n\n'


async def main(port: int, shape: str, thinking: float = 0.0) -> None:
    """Serve until killed."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await _read_request(reader):
                tokens, calls = asked
                await (_call(writer, calls) if calls else _stream(writer, tokens, shape, thinking))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


async def _read_request(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Return how many tokens are asked for, and how many calls that have no answer yet."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    body = await reader.readexactly(length)
    tokens, calls = _QUESTION.findall(body)[-1]
    return int(tokens), 0 if _ROLE.findall(body)[-1] == b"tool" else int(calls or 0)


async def _stream(writer: asyncio.StreamWriter, tokens: int, shape: str, thinking: float) -> None:
    before, after = SHAPES[shape]
    writer.write(_HEAD)
    started = time.monotonic() + thinking
    for count in range(tokens):
        wait = started + count * TOKEN_SECONDS - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        text = f"{before(count)}w{time.monotonic_ns()} {after(count)}"
        _write_chunk(writer, _OPEN + text.encode() + _CLOSE)
    await _end(writer, b"stop")


async def _call(writer: asyncio.StreamWriter, calls: int) -> None:
    writer.write(_HEAD)
    for index in range(calls):
        await asyncio.sleep(TOKEN_SECONDS)
        _write_chunk(writer, _CALL % (index, index))
    await _end(writer, b"tool_calls")


async def _end(writer: asyncio.StreamWriter, reason: bytes) -> None:
    _write_chunk(writer, _STOP % reason)
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _write_chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(data), data))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], *map(float, sys.argv[3:])))
