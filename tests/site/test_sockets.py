"""What daphne's sockets carry: frames of every length, whole and in order."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.processes.installation import entered, visitor
from tests.site.processes import PLAIN, Server

# The length of a frame takes one byte, three or nine; the last is more than a socket takes at once.
LENGTHS = (1, 200, 43_000)


async def test_frames_of_every_length_arrive_whole(running: Callable[..., Server]) -> None:
    server = running(**PLAIN)
    async with (
        visitor(entered(server.link())) as alice,
        alice.page(server.origin()) as page,
        alice.page(server.origin(), page.conversation) as other,
    ):
        for length in LENGTHS:
            text = "字" * length
            turn = await page.ask(text)
            await other.until_turn(turn, "completed")
            for shown in (page, other):
                assert f">{text}<" in "".join(json.dumps(frame, ensure_ascii=False) for frame in shown.frames)
