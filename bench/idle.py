"""What a socket costs that only listens: memory, and the heartbeats.

    python -m bench.idle [--sockets 1000] [--seconds 10]

Each socket follows a conversation of its own; 50 people share them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import tempfile
import uuid
from pathlib import Path

from bench import server
from bench.process import memory, spent
from bench.websocket import Socket

PEOPLE = 50
_open_sockets: set[asyncio.Task[None]] = set()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--port", type=int, default=8990)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {server.OWN_CORE})
    with tempfile.TemporaryDirectory() as folder:
        environment = server.settings(Path(folder))
        cookies = server.people(PEOPLE, environment)
        with server.clearcall(options.port, environment) as serving:
            asyncio.run(_measure(options, cookies, serving))


async def _measure(options: argparse.Namespace, cookies: list[str], serving: int) -> None:
    await _open(options.port, cookies[:1])  # what is imported once
    await asyncio.sleep(5)  # the server goes on importing after it is ready
    before, began = memory(serving), spent(serving)
    await _open(options.port, [cookies[number % PEOPLE] for number in range(options.sockets)])
    await asyncio.sleep(1)  # the last ones' first look for news
    after, opened = memory(serving), spent(serving)
    await asyncio.sleep(options.seconds)
    idle = (spent(serving) - opened).computing / options.seconds
    print(f"{(after - before) / options.sockets / 1024:.1f} KB for each of {options.sockets} sockets")
    print(f"{(opened - began).computing / options.sockets * 1000:.1f} ms of CPU to open one")
    print(f"{idle:.1%} of a core while nothing happens")


async def _open(port: int, cookies: list[str]) -> None:
    for cookie in cookies:
        socket = await Socket.open(port, f"/live/{uuid.uuid4()}/?cursor=0&shelf=0", cookie)
        _open_sockets.add(asyncio.create_task(_answer_pings(socket)))


async def _answer_pings(socket: Socket) -> None:
    async for _ in socket.frames():
        pass


if __name__ == "__main__":
    main()
