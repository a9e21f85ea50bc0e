"""A server that is frozen past its leases and woken: its turns are another's, and it must notice in time."""

from __future__ import annotations

import signal
from typing import Any

from tests.processes.installation import Installation, entered, visitor


async def test_a_server_that_was_frozen_says_nothing_more_of_a_turn_that_went_on_elsewhere(
    installation: Installation,
) -> None:
    frozen = installation.server(TURN_EXECUTOR="local", DEMO_SECONDS_PER_TOKEN="0.1")
    link = frozen.link()
    here = link.partition("/enter/")[0]
    cookies = entered(link)
    other = installation.server(TURN_EXECUTOR="local", DEMO_SECONDS_PER_TOKEN="0.005")
    there = other.link().partition("/enter/")[0]
    async with visitor(cookies) as alice, alice.page(here) as sender:
        async with alice.page(there, sender.conversation) as page:
            turn = (await sender.send("Write a long answer"))["turn"]
            await page.until(lambda frame: page.replies() and page.text(page.replies()[0]))
            half = page.replies()[0]
            frozen.signal(signal.SIGSTOP)
            await page.until_shown(lambda: len(page.replies()) == 2)
            seen = len(page.frames)
            frozen.signal(signal.SIGCONT)
            await page.until_turn(turn, "completed")
            # It has been awake for long enough to have renewed its leases, had they been its own.
            await sender.until_turn(turn, "completed")
            await sender.ask("Are you awake?")
            await page.until_level()
            assert [frame for frame in page.frames[seen:] if is_flow_of(half, frame)] == []
            fresh = alice.page(there, page.conversation)
            await fresh.load()
            await page.until_shown(lambda: page.cursor >= fresh.cursor)
            await page.until_level()
            assert page.outline() == fresh.outline()
    assert installation.rows("SELECT attempt, state FROM conversations_turn WHERE id = %s", turn) == [
        (2, "completed")
    ]


def is_flow_of(message: int, frame: Any) -> bool:
    return isinstance(frame, list) and frame[:2] == ["f", message]
