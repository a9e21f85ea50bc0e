"""What one turn leaves in the database: rows and bytes by table, and how many changes it was written in.

python -m bench.rows --turns 50 --text "What's the weather in Berlin, and what is 12 * 12?"
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from bench.demo_server import Running, server
from bench.websocket import Socket

TABLES = ("conversation", "turn", "message", "toolcall", "exchange")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--text", default="What's the weather in Berlin, and what is 12 * 12?")
    options = parser.parse_args()
    with server(options.turns, DEMO_SECONDS_PER_TOKEN="0.001") as running:
        before = _size(running.folder)
        asyncio.run(_ask(running, options.text))
        _print(running.folder, options.turns, before)


async def _ask(running: Running, text: str) -> None:
    """Let everybody ask once, a few at a time."""
    few = asyncio.Semaphore(5)

    async def ask(cookie: str) -> None:
        async with few:
            socket = await Socket.open(running.port, f"/live/{uuid.uuid4()}/?cursor=0&shelf=0", cookie)
            socket.send(json.dumps({"do": "send", "n": 1, "client_id": str(uuid.uuid4()), "text": text}))
            async for frame in socket.frames():
                if 'data-state=\\"completed' in frame and 'class=\\"turn\\"' in frame:
                    break
            socket.close()

    async with asyncio.timeout(120):
        await asyncio.gather(*(ask(cookie) for cookie in running.cookies))


def _print(folder: Path, turns: int, before: int) -> None:
    with closing(sqlite3.connect(folder / "clearcall.sqlite3")) as rows:
        for table in TABLES:
            (count,) = rows.execute(f"SELECT count(*) FROM conversations_{table}").fetchone()
            print(f"{table:>14}  {count / turns:.1f} rows a turn")
        (changes,) = rows.execute("SELECT sum(seq) FROM conversations_conversation").fetchone()
        print(f"{'changes':>14}  {changes / turns:.1f} a turn, each one transaction")
    print(f"{'bytes':>14}  {(_size(folder) - before) / turns:,.0f} a turn, with indexes")


def _size(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "clearcall.sqlite3")) as rows:
        copy = folder / f"{uuid.uuid4().hex}.sqlite3"
        rows.execute("VACUUM INTO ?", [str(copy)])
    return copy.stat().st_size


if __name__ == "__main__":
    main()
