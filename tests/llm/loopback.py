"""A model's server on loopback that answers as a test tells it to, byte for byte."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

After = Literal["end", "close", "reset", "hang"]
"""What follows the pieces: a proper end, a close without one, a TCP reset, or nothing at all."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; its body is sent in `pieces`, each in its own write."""

    pieces: Iterable[bytes] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    after: After = "end"
    headless: bool = False


def failure(status: int, body: object, **headers: str) -> Answer:
    """Answer with a status and a JSON body (or text, as a web page)."""
    page = isinstance(body, str)
    kind = "text/html" if page else "application/json"
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    data = str(body) if page else json.dumps(body)
    return Answer([data.encode()], status, {"Content-Type": kind, **names})


class Loopback:
    """Gives its answers in turn, the last one for ever; keeps what it was sent.

    `asked` is set once a request came, `gone` once a client left; a test sets `heard` to let a reset happen.
    """

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()
        self.gone = asyncio.Event()
        self.heard = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def sent(self, at: int = -1) -> Any:
        """Return a request's body, decoded."""
        return json.loads(self.bodies[at])

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._serve(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.gone.set()
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(int(lines["content-length"])))
        self.asked.set()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not answer.headless:
            names = {**answer.headers, "Transfer-Encoding": "chunked"}
            fields = "".join(f"{name}: {value}\r\n" for name, value in names.items())
            writer.write(f"HTTP/1.1 {answer.status} Said\r\n{fields}\r\n".encode())
        for piece in filter(None, answer.pieces):
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            await asyncio.sleep(0)  # the client's turn, or all pieces would reach it as one
        return await self._afterwards(answer, reader, writer)

    async def _afterwards(
        self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if answer.after == "end":
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        elif answer.after == "hang":
            await reader.read()
            self.gone.set()
        elif answer.after == "reset":
            await self.heard.wait()  # a reset discards what the client has not read yet
            writer.transport.abort()
        return answer.after == "end"
