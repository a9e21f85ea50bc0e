"""How a server on this machine is run and spoken with: a line is a message, of bounded length."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter
from pydantic import ValidationError

from tools import defaults
from tools.mcp.limits import MESSAGE_LIMIT, NONSENSE_LIMIT, STDERR_LIMIT, TOO_LARGE
from tools.mcp.targets import Program

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.client._transport import TransportStreams

GUARD = Path(__file__).with_name("guard.py")
PATIENCE = 3.0  # seconds between the end of what it writes and its own; a busy machine takes its time
LEAVING_SECONDS = 3.0  # for the guard, which gives the program two

NONSENSE = "What it writes are no messages of MCP."
ENDED = "The program ended with exit code {}."
GONE = "The program closed its end."

_endings: set[asyncio.Task[None]] = set()


class Tail:
    """The last of what a program wrote to its stderr."""

    def __init__(self) -> None:
        self._kept = b""
        self._is_cut = False

    def add(self, piece: bytes) -> None:
        self._is_cut |= len(self._kept) + len(piece) > STDERR_LIMIT
        self._kept = (self._kept + piece)[-STDERR_LIMIT:]

    @property
    def text(self) -> str:
        """It begins with a whole word: half a secret would not be known for one."""
        text = self._kept.decode(errors="replace")
        return re.sub(r"\A\S*\s", "", text) if self._is_cut else text


@asynccontextmanager
async def running(
    program: Program, tail: Tail, broken: Callable[[str], None]
) -> AsyncGenerator[TransportStreams]:
    """Run a program as long as this is open; `broken` is told in a sentence when it ends before."""
    heard, to_read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    to_write, said = anyio.create_memory_object_stream[SessionMessage](0)
    async with heard, to_read, to_write, said:
        process, transport, lifeline = await _start(program)
        speaking = [
            asyncio.create_task(_hear(process, heard, broken)),
            asyncio.create_task(_say(process, said)),
        ]
        listening = asyncio.create_task(_keep_stderr(process, tail))
        try:
            yield to_read, to_write
        finally:
            os.close(lifeline)
            # To its end even if whoever waits for it is cancelled: what is left open would stay so.
            ending = asyncio.create_task(_end(process, transport, [*speaking, listening]))
            _endings.add(ending)
            ending.add_done_callback(_endings.discard)
            await asyncio.shield(ending)


async def all_ended() -> None:
    """Wait until nothing is left of the programs that are ending, which takes a few seconds at most."""
    loop = asyncio.get_running_loop()
    if ending := {task for task in _endings if task.get_loop() is loop}:
        await asyncio.wait(ending)


async def _start(program: Program) -> tuple[Process, asyncio.SubprocessTransport, int]:
    """Start the guard with the program; the transport is for closing all of it."""
    loop = asyncio.get_running_loop()
    with ExitStack() as unless_started:
        theirs, ours = os.pipe()
        unless_started.callback(os.close, ours)
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: SubprocessStreamProtocol(MESSAGE_LIMIT, loop),
                *(sys.executable, "-I", "-S", str(GUARD), str(theirs), *program.command),
                env=defaults.mcp_environment() | program.variables,
                cwd="/",
                pass_fds=(theirs,),
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        unless_started.pop_all()
    return Process(transport, protocol, loop), transport, ours


async def _hear(
    process: Process,
    heard: MemoryObjectSendStream[SessionMessage | Exception],
    broken: Callable[[str], None],
) -> None:
    async with heard:
        try:
            broken(await _why_it_ended(process, heard))
        except ValueError:  # the line is longer than the limit
            broken(TOO_LARGE)
        except (OSError, TimeoutError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            broken(GONE)


async def _why_it_ended(process: Process, heard: MemoryObjectSendStream[SessionMessage | Exception]) -> str:
    assert process.stdout  # noqa: S101
    nonsense = 0
    while line := await process.stdout.readline():
        try:
            message = jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValidationError:
            nonsense += 1
            if nonsense > NONSENSE_LIMIT:
                return NONSENSE
            continue
        nonsense = 0
        await heard.send(SessionMessage(message))
    async with asyncio.timeout(PATIENCE):
        return ENDED.format(await process.wait())


async def _say(process: Process, said: MemoryObjectReceiveStream[SessionMessage]) -> None:
    """Pass on what is said; that nobody reads it any more is heard by `_hear`."""
    assert process.stdin  # noqa: S101
    with suppress(OSError, anyio.ClosedResourceError):
        async with said:
            async for message in said:
                text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                process.stdin.write(text.encode() + b"\n")
                await process.stdin.drain()


async def _keep_stderr(process: Process, tail: Tail) -> None:
    assert process.stderr  # noqa: S101
    while piece := await process.stderr.read(STDERR_LIMIT):
        tail.add(piece)


async def _end(
    process: Process, transport: asyncio.SubprocessTransport, tasks: list[asyncio.Task[None]]
) -> None:
    """Let the guard end its group, which it does once its lifeline is closed."""
    assert process.stdin  # noqa: S101
    *speaking, listening = tasks
    for task in speaking:
        task.cancel()
    await asyncio.wait(speaking)
    process.stdin.close()
    # Its end is only seen behind all that it has written.
    draining, leaving = asyncio.create_task(_drain(process)), asyncio.create_task(process.wait())
    await asyncio.wait([leaving], timeout=LEAVING_SECONDS)
    transport.close()  # kills it where that was not enough
    rest: set[asyncio.Task[Any]] = {draining, leaving, listening}
    for left in rest:
        left.cancel()
    await asyncio.wait(rest)


async def _drain(process: Process) -> None:
    assert process.stdout  # noqa: S101
    while await process.stdout.read(MESSAGE_LIMIT):
        pass
