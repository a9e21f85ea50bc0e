"""How much streaming one core carries, everything on: rows, trace, Markdown, checkpoints.

    python -m bench.stream --streams 100 [--tokens 500] [--shape prose] [--json]

The server runs on core 0; the model's server and the sockets, which are this benchmark's own, on core 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.websocket import Socket

HERE = Path(__file__).resolve().parent.parent
SERVER_CORE, OWN_CORE = 0, 1
OWN_LIMIT = 0.8  # of a core: beyond it the benchmark measures itself
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
    server_core_share: float
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
        self.seen = 0
        self.frames = 0
        self.bytes = 0
        self.text = 0
        self.first: float | None = None
        self.ended = asyncio.Event()

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
        if self.first is None and self.delays:
            self.first = self.delays[0]
        self.seen += len(stamps)
        self.frames += 1
        self.bytes += len(text)
        self.text += sum(len(stamp) + 2 for stamp in stamps)  # "w" and a space


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--shape", choices=("prose", "list", "table", "code"), default="prose")
    parser.add_argument("--port", type=int, default=8990)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(options, Path(folder))
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        for name, value in asdict(result).items():
            print(f"{name:>30}  {value}")
    if result.own_core_share > OWN_LIMIT:
        sys.exit(f"This run says nothing: the benchmark itself used {result.own_core_share:.0%} of its core.")


def run(options: argparse.Namespace, folder: Path) -> Result:
    """Start everything, stream, stop everything."""
    os.sched_setaffinity(0, {OWN_CORE})
    environment = os.environ | {
        "VAR_DIR": str(folder),
        "OPENAI_BASE_URL": f"http://127.0.0.1:{options.port + 1}/v1",
        "OPENAI_API_KEY": "none",
        "OPENAI_MODEL": "bench",
        "MESSAGES_PER_MINUTE": "1000000",
    }
    cookies = json.loads(
        subprocess.run(
            [sys.executable, "-m", "bench.people", str(options.streams)],
            env=environment,
            cwd=HERE,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    upstream = subprocess.Popen(
        [sys.executable, "-m", "bench.upstream", str(options.port + 1), str(options.tokens), options.shape],
        cwd=HERE,
    )
    server = subprocess.Popen(
        [
            "taskset",
            "-c",
            str(SERVER_CORE),
            sys.executable,
            "manage.py",
            "serve",
            "--port",
            str(options.port),
        ],
        env=environment,
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        server.stdout.readline()
        return asyncio.run(_measure(options, cookies, server.pid, upstream.pid))
    finally:
        server.terminate()
        upstream.terminate()
        server.wait(20)
        upstream.wait(20)


async def _measure(options: argparse.Namespace, cookies: list[str], server: int, upstream: int) -> Result:
    sockets = [
        await Socket.open(options.port, f"/live/{uuid.uuid4()}/?cursor=0&shelf=0", cookie)
        for cookie in cookies
    ]
    watched = [Watched() for _ in sockets]
    readers = [asyncio.create_task(one.follow(socket)) for one, socket in zip(watched, sockets, strict=True)]
    await asyncio.sleep(1)
    began = time.monotonic()
    cpu, own = _cpu(server), _cpu(upstream) + time.process_time()
    for number, socket in enumerate(sockets):
        socket.send(json.dumps({"do": "send", "n": 1, "client_id": str(uuid.uuid4()), "text": "Go."}))
        if number % 5 == 4:
            await asyncio.sleep(0.02)  # people do not all press a key in the same millisecond
    async with asyncio.timeout(options.tokens * 0.02 * 4 + 60):
        await asyncio.gather(*(one.ended.wait() for one in watched))
    took = time.monotonic() - began
    cpu, own = _cpu(server) - cpu, _cpu(upstream) + time.process_time() - own
    memory = _memory(server)
    for reader in readers:
        reader.cancel()
    return _result(options, watched, took=took, cpu=cpu, own=own, memory=memory)


def _result(
    options: argparse.Namespace, watched: list[Watched], *, took: float, cpu: float, own: float, memory: float
) -> Result:
    delays = sorted(delay for one in watched for delay in one.delays)
    firsts = sorted(one.first for one in watched if one.first is not None)
    sent = options.streams * options.tokens
    text = sum(one.text for one in watched) or 1
    return Result(
        streams=options.streams,
        tokens=sent,
        shape=options.shape,
        lost=sent - sum(one.seen for one in watched),
        cpu_seconds_per_1000_tokens=round(cpu / sent * 1000, 4),
        server_core_share=round(cpu / took, 3),
        own_core_share=round(own / took, 3),
        first_token_ms_p50=_at(firsts, 0.5),
        delay_ms_p50=_at(delays, 0.5),
        delay_ms_p95=_at(delays, 0.95),
        delay_ms_p99=_at(delays, 0.99),
        frame_bytes_per_text_byte=round(sum(one.bytes for one in watched) / text, 2),
        frames=sum(one.frames for one in watched),
        memory_mb=memory,
    )


def _at(values: list[Any], share: float) -> float:
    return round(values[min(len(values) - 1, int(len(values) * share))], 1) if values else -1.0


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


if __name__ == "__main__":
    main()
