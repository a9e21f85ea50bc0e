"""A server that is told to leave: what ends, what is handed over, and what its pages hear."""

from __future__ import annotations

import signal

import pytest

from tests.chaos.place import Place, begun
from tests.processes.installation import entered, visitor

RESTART = 4012


async def test_at_sigterm_a_turn_may_end_and_its_page_sees_that_before_it_is_sent_away(place: Place) -> None:
    server = place.server(DRAIN_SECONDS="60", DEMO_SECONDS_PER_TOKEN="0.005")
    link = server.link()
    async with visitor(entered(link)) as alice:
        page = alice.page(link.partition("/enter/")[0])
        turn = await begun(page)
        server.signal(signal.SIGTERM)
        assert await page.closed() == RESTART
        assert page.state(f"turn-{turn}") == "completed"
    assert server.code() == 0
    assert server.errors.read_text() == ""


@pytest.mark.parametrize(
    ("number", "drain_seconds"), [(signal.SIGTERM, "0.1"), (signal.SIGINT, "60")], ids=["SIGTERM", "Ctrl-C"]
)
async def test_what_still_runs_is_handed_over_and_goes_on_at_the_next_start(
    place: Place, number: signal.Signals, drain_seconds: str
) -> None:
    server = place.server(DRAIN_SECONDS=drain_seconds, DEMO_SECONDS_PER_TOKEN="0.1")
    link = server.link()
    async with visitor(entered(link)) as alice:
        page = alice.page(link.partition("/enter/")[0])
        turn = await begun(page)
        server.signal(number)
        assert await page.closed() == RESTART
        assert server.code() == 0
        assert "The server has left" in page.outline()
        kept = page.text(page.replies()[0])

        following = place.server(DEMO_SECONDS_PER_TOKEN="0.001")
        page.server = following.link().partition("/enter/")[0]
        assert await page.connect()
        await page.until_turn(turn, "completed")
        await page.until_level()
        assert page.text(page.replies()[0]) == kept
        assert "asked again" in page.outline()
        assert "attempt 2" in page.outline()
        fresh = alice.page(page.server, page.conversation)
        await fresh.load()
        assert fresh.outline() == page.outline()
        await page.close()
    assert server.errors.read_text() == ""
