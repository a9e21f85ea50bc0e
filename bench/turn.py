"""What a whole turn costs the server, its tool calls included: processor time, whatever else runs here.

    python -m bench.turn [--turns 200] [--tokens 20] [--calls 0]

A few people, each with a page open, ask one question after the other in a conversation of ten turns at most.
The model's server and the pages are this benchmark's own, on another core. With `--calls` the model first
asks for so many calculations, side by side, and then answers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import tempfile
import uuid
from pathlib import Path

from bench import server
from bench.process import spent
from bench.websocket import Socket

PEOPLE = 5
TURNS_OF_A_CONVERSATION = 10  # what came before is read with each turn
_SETTLED = re.compile(r'class=\\"turn\\"[^>]*data-state=\\"(\w+)')
OPEN = frozenset({"queued", "running", "waiting"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=20)
    parser.add_argument("--calls", type=int, default=0)
    parser.add_argument("--port", type=int, default=8994)
    options = parser.parse_args()
    os.sched_setaffinity(0, {server.OWN_CORE})
    with tempfile.TemporaryDirectory() as folder:
        environment = server.settings(Path(folder), model=options.port + 1)
        cookies = server.people(PEOPLE, environment)
        with (
            server.model(options.port + 1, shape="prose"),
            server.clearcall(options.port, environment) as serving,
        ):
            asyncio.run(_measure(options, cookies, serving))


async def _measure(options: argparse.Namespace, cookies: list[str], serving: int) -> None:
    question = f"{options.tokens}+{options.calls}"

    async def ask(cookie: str, turns: int) -> None:
        for begun in range(0, turns, TURNS_OF_A_CONVERSATION):
            count = min(TURNS_OF_A_CONVERSATION, turns - begun)
            await _converse(options.port, cookie, [question] * count)

    async with asyncio.timeout(options.turns * (1 + options.tokens * 0.02) + 60):
        await asyncio.gather(*(ask(cookie, 2) for cookie in cookies))  # what is imported once, and cached
        before = spent(serving).computing
        each = options.turns // PEOPLE
        await asyncio.gather(*(ask(cookie, each) for cookie in cookies))
    took = spent(serving).computing - before
    print(
        f"{took / each / PEOPLE * 1000:.1f} ms of CPU for each turn of {options.tokens} tokens, "
        f"{options.calls} calls"
    )


async def _converse(port: int, cookie: str, questions: list[str]) -> None:
    """Open a page and ask one question after the other, each when the one before is answered."""
    socket = await Socket.open(port, f"/live/{uuid.uuid4()}/?cursor=0&shelf=0", cookie)
    frames = socket.frames()
    for question in questions:
        asking = {"do": "send", "n": 1, "client_id": str(uuid.uuid4()), "text": question}
        socket.send(json.dumps(asking))
        async for frame in frames:
            settled = _SETTLED.search(frame)
            if settled and settled[1] not in OPEN:
                assert settled[1] == "completed", frame
                break
    socket.close()


if __name__ == "__main__":
    main()
