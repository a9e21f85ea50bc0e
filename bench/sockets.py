"""What open pages cost that do nothing: memory for each socket, processor time for all.

python -m bench.sockets --sockets 500 --seconds 70
"""

from __future__ import annotations

import argparse
import asyncio

from bench.demo_server import Running, server
from bench.websocket import Socket

WARM = 20  # sockets before the first look: what the server makes but once is none of theirs
SETTLING = 5.0  # seconds in which the first of them has the server load what turns need


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=70, help="more than one heartbeat, which is 60")
    options = parser.parse_args()
    with server(options.sockets + WARM) as running:
        asyncio.run(_measure(running, options.sockets, options.seconds))


async def _measure(running: Running, count: int, seconds: float) -> None:
    async def open_one(cookie: str) -> tuple[Socket, asyncio.Task[None]]:
        socket = await Socket.open(running.port, "/live/?cursor=0&shelf=0", cookie)
        return socket, asyncio.create_task(_read(socket))

    kept = [await open_one(cookie) for cookie in running.cookies[:WARM]]
    await asyncio.sleep(SETTLING)
    before = running.memory()
    kept += [await open_one(cookie) for cookie in running.cookies[WARM:]]
    memory, cpu = running.memory(), running.cpu()
    await asyncio.sleep(seconds)
    used = running.cpu() - cpu
    print(f"{count} idle sockets")
    print(f"{(memory - before) / count / 1024:>10.1f} KiB of memory each")
    print(f"{memory / 2**20:>10.1f} MiB of memory in all")
    print(f"{used / seconds / (count + WARM) * 1e6:>10.1f} µs of processor time each a second")
    for _, reading in kept:
        reading.cancel()


async def _read(socket: Socket) -> None:
    async for _ in socket.frames():
        pass


if __name__ == "__main__":
    main()
