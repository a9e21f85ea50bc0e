"""How much streaming one core carries, everything on: rows, trace, Markdown, checkpoints.

    python -m bench.stream --streams 100 [--tokens 500] [--shape prose] [--relay] [--awake] [--json]

The server runs on core 0; the model's server and the sockets, which are this benchmark's own, on core 1. One
turn comes before all that is measured, so that what is imported once is not counted. `steady` is what
streaming costs alone, from when every stream has begun until the first one ends; `turn` is what is left, for
each turn. `--relay` measures a bare relay (`bench.relay`) in the server's place: what this machine takes for
passing tokens on and nothing else, by which the other figures can be compared with those of another machine.
With `--awake` no core sleeps meanwhile (`bench.awake`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import server
from bench.awake import awake
from bench.process import Spent, memory, spent
from bench.websocket import Socket

# Of a core: beyond it the benchmark measures itself, or what else runs on this machine.
OWN_LIMIT, WAITING_LIMIT = 0.8, 0.1
WARMING = 20  # tokens of the turn that comes before
_STAMP = re.compile(r"w(\d{6,})")
_SETTLED = re.compile(r'class=\\"turn\\"[^>]*data-state=\\"(?:completed|failed|incomplete)')


@dataclass
class Result:
    """Seconds, milliseconds and bytes, as their names say."""

    streams: int
    tokens: int
    shape: str
    lost: int
    cpu_seconds_per_1000_tokens: float
    steady_cpu_seconds_per_1000_tokens: float
    turn_cpu_ms: float
    server_core_share: float
    server_waiting_share: float
    own_core_share: float
    first_token_ms_p50: float
    delay_ms_p50: float
    delay_ms_p95: float
    delay_ms_p99: float
    frame_bytes_per_text_byte: float
    frames: int
    memory_mb: float


class Watched:
    """One stream as its socket sees it."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.frames = 0
        self.bytes = 0
        self.text = 0
        self.began = asyncio.Event()
        self.ended = asyncio.Event()
        self.following: asyncio.Task[None] | None = None

    async def follow(self, socket: Socket) -> None:
        async for text in socket.frames():
            now = time.monotonic_ns()
            if text.startswith('["f"'):
                self._flow(text, now)
            elif _SETTLED.search(text):
                self.ended.set()
                return

    def _flow(self, text: str, now: int) -> None:
        stamps = _STAMP.findall(text)
        self.delays += [(now - int(stamp)) / 1e6 for stamp in stamps]
        self.frames += 1
        self.bytes += len(text)
        self.text += sum(len(stamp) + 2 for stamp in stamps)  # "w" and a space
        self.began.set()


@dataclass(frozen=True, slots=True)
class Moment:
    """What had been spent by then, and how many tokens had come."""

    at: float
    server: Spent
    own: float
    tokens: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--shape", choices=("prose", "list", "table", "code"), default="prose")
    parser.add_argument("--port", type=int, default=8990)
    parser.add_argument("--relay", action="store_true")
    parser.add_argument("--awake", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, awake(options.awake):
        result = run(options, Path(folder))
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        for name, value in asdict(result).items():
            print(f"{name:>35}  {value}")
    if result.own_core_share > OWN_LIMIT:
        sys.exit(f"This run says nothing: the benchmark itself used {result.own_core_share:.0%} of its core.")
    if result.server_waiting_share > WAITING_LIMIT:
        print(
            f"The delays say little: for {result.server_waiting_share:.0%} of the time the server was ready "
            "to go on, and another program or another of its own threads had its core.",
            file=sys.stderr,
        )


def run(options: argparse.Namespace, folder: Path) -> Result:
    """Start everything, stream, stop everything."""
    os.sched_setaffinity(0, {server.OWN_CORE})
    environment = server.settings(folder, model=options.port + 1)
    if options.relay:
        cookies = [""] * (options.streams + 1)
        serve = server.relay(options.port, model=options.port + 1)
    else:
        cookies = server.people(options.streams + 1, environment)
        serve = server.clearcall(options.port, environment)
    with server.model(options.port + 1, shape=options.shape) as upstream, serve as serving:
        return asyncio.run(_measure(options, cookies, (serving, upstream)))


async def _measure(options: argparse.Namespace, cookies: list[str], processes: tuple[int, int]) -> Result:
    async with asyncio.timeout(options.tokens * 0.02 * 5 + 120):
        (first,), sockets = await _connect(options.port, cookies[:1])
        await _send(sockets, tokens=WARMING)
        await first.ended.wait()
        watched, sockets = await _connect(options.port, cookies[1:])
        await asyncio.sleep(1)
        moments = [_now(processes, watched)]
        await _send(sockets, tokens=options.tokens)
        await asyncio.gather(*(one.began.wait() for one in watched))
        moments.append(_now(processes, watched))
        await asyncio.wait(
            [asyncio.ensure_future(one.ended.wait()) for one in watched], return_when=asyncio.FIRST_COMPLETED
        )
        moments.append(_now(processes, watched))
        await asyncio.gather(*(one.ended.wait() for one in watched))
        moments.append(_now(processes, watched))
    return _result(options, watched, moments, memory=memory(processes[0]))


async def _connect(port: int, cookies: list[str]) -> tuple[list[Watched], list[Socket]]:
    sockets = [
        await Socket.open(port, f"/live/{uuid.uuid4()}/?cursor=0&shelf=0", cookie) for cookie in cookies
    ]
    watched = [Watched() for _ in sockets]
    for one, socket in zip(watched, sockets, strict=True):
        one.following = asyncio.create_task(one.follow(socket))
    return watched, sockets


async def _send(sockets: list[Socket], *, tokens: int) -> None:
    """Ask in each socket for a reply of so many tokens."""
    for number, socket in enumerate(sockets):
        asking = {"do": "send", "n": 1, "client_id": str(uuid.uuid4()), "text": str(tokens)}
        socket.send(json.dumps(asking))
        if number % 5 == 4:
            await asyncio.sleep(0.02)  # people do not all press a key in the same millisecond


def _now(processes: tuple[int, int], watched: list[Watched]) -> Moment:
    serving, upstream = processes
    own = spent(upstream).computing + time.process_time()
    return Moment(time.monotonic(), spent(serving), own, sum(len(one.delays) for one in watched))


def _result(
    options: argparse.Namespace, watched: list[Watched], moments: list[Moment], *, memory: int
) -> Result:
    start, begun, ending, end = moments
    whole, took = end.server - start.server, end.at - start.at
    steady = (ending.server - begun.server).computing / max(ending.tokens - begun.tokens, 1)
    delays = sorted(delay for one in watched for delay in one.delays)
    firsts = sorted(one.delays[0] for one in watched if one.delays)
    sent = options.streams * options.tokens
    text = sum(one.text for one in watched) or 1
    return Result(
        streams=options.streams,
        tokens=sent,
        shape=options.shape,
        lost=sent - len(delays),
        cpu_seconds_per_1000_tokens=round(whole.computing / sent * 1000, 4),
        steady_cpu_seconds_per_1000_tokens=round(steady * 1000, 4),
        turn_cpu_ms=round((whole.computing - steady * sent) / options.streams * 1000, 1),
        server_core_share=round(whole.computing / took, 3),
        server_waiting_share=round(whole.waiting / took, 3),
        own_core_share=round((end.own - start.own) / took, 3),
        first_token_ms_p50=_at(firsts, 0.5),
        delay_ms_p50=_at(delays, 0.5),
        delay_ms_p95=_at(delays, 0.95),
        delay_ms_p99=_at(delays, 0.99),
        frame_bytes_per_text_byte=round(sum(one.bytes for one in watched) / text, 2),
        frames=sum(one.frames for one in watched),
        memory_mb=round(memory / 2**20, 1),
    )


def _at(values: list[Any], share: float) -> float:
    return round(values[min(len(values) - 1, int(len(values) * share))], 1) if values else -1.0


if __name__ == "__main__":
    main()
