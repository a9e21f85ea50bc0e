"""What reading streams from the model's server costs alone: no rows, no rendering, no sockets.

    python -m bench.reading --streams 100 [--tokens 300] [--rest 0.04]

Each stream brings 50 tokens a second; `--rest` is how many seconds a reader pauses after each read.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from pathlib import Path

import uvloop

from conversations.engine.values import Question, Request
from conversations.llm.client import ModelClient

HERE = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=300)
    parser.add_argument("--rest", type=float, default=0.04)
    parser.add_argument("--port", type=int, default=8992)
    options = parser.parse_args()
    upstream = subprocess.Popen(
        [sys.executable, "-m", "bench.upstream", str(options.port), "prose"], cwd=HERE
    )
    try:
        uvloop.run(_measure(options))
    finally:
        upstream.terminate()
        upstream.wait(20)


async def _measure(options: argparse.Namespace) -> None:
    client = ModelClient(f"http://127.0.0.1:{options.port}/v1", "", "bench", retries=9)
    await _read(client, options, rest=0)  # imports, and waits for the server
    before = time.process_time()
    reads = sum(
        await asyncio.gather(*(_read(client, options, rest=options.rest) for _ in range(options.streams)))
    )
    spent = time.process_time() - before
    await client.aclose()
    tokens = options.streams * options.tokens
    print(f"{spent / tokens * 1e6:.0f} µs of CPU for each token, {tokens / reads:.1f} tokens in each read")


async def _read(client: ModelClient, options: argparse.Namespace, *, rest: float) -> int:
    reads = 0
    async with client.stream(Request("", (Question(str(options.tokens)),))) as stream:
        async for _ in stream:
            reads += 1
            await asyncio.sleep(rest)
    return reads


if __name__ == "__main__":
    main()
