"""A place where servers come one after the other, and a turn to be disturbed there."""

from __future__ import annotations

from pathlib import Path

from tests.processes.installation import RemotePage
from tests.site.processes import Server


class Place:
    """Servers that come one after the other on the same files."""

    def __init__(self, var: Path) -> None:
        self._var = var
        self._servers: list[Server] = []

    def server(self, *arguments: str, **variables: str) -> Server:
        self._servers.append(Server(*arguments, var=self._var, **variables))
        return self._servers[-1]

    def close(self) -> None:
        for server in self._servers:
            server.close()


async def begun(page: RemotePage) -> int:
    """Have a long answer written, and wait for its first words."""
    assert await page.connect()
    turn = (await page.send("Write a long answer"))["turn"]
    await page.until(lambda frame: page.replies() and page.text(page.replies()[0]))
    return int(turn)
