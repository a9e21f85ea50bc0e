"""What daphne's sockets carry: frames of every length, whole and in order."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.processes.installation import entered, visitor
from tests.site.processes import Server

# The length of a frame takes one byte, three or nine; the last is more than a socket takes at once.
LENGTHS = (1, 200, 43_000)


async def test_frames_of_every_length_arrive_whole(start: Callable[..., Server]) -> None:
    link = start(DEMO_SECONDS_PER_TOKEN="0.0001").link()
    here = link.partition("/enter/")[0]
    async with (
        visitor(entered(link)) as alice,
        alice.page(here) as page,
        alice.page(here, page.conversation) as other,
    ):
        for length in LENGTHS:
            text = "字" * length
            turn = await page.ask(text)
            await other.until_turn(turn, "completed")
            for shown in (page, other):
                assert f">{text}<" in "".join(json.dumps(frame, ensure_ascii=False) for frame in shown.frames)
