"""Servers that are killed while a call waits, and while what was allowed is being done."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from tests.chaos.place import Place
from tests.processes.installation import RemotePage, entered, visitor
from tests.site.processes import Server


async def test_a_question_outlives_its_server_and_what_was_allowed_is_done_once(
    place: Place, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    variables = {
        "EXTRA_APPS": "tests.chaos.ledger",
        "LEDGER": str(ledger),
        "WORK_SECONDS": "600",  # whatever begins is killed
        "DEMO_SECONDS_PER_TOKEN": "0.001",
    }
    server = place.server(**variables)
    link = server.link()
    async with visitor(entered(link)) as alice:
        page = alice.page(link.partition("/enter/")[0])
        assert await page.connect()
        turn = (await page.send("Burn parcel 7", choice="tool:burn_parcel"))["turn"]
        await page.until_turn(turn, "waiting")
        about = shown(page)

        server = await another(place, server, page, **variables)
        assert page.state(f"turn-{turn}") == "waiting"
        assert (await page.do("allow", **about))["t"] == "done"
        await page.until_shown(lambda: ("burn_parcel", "running") in page.calls())

        server = await another(place, server, page, **variables)
        await page.until_turn(turn, "completed")
        assert page.calls() == [("burn_parcel", "interrupted")]
        assert (await page.do("allow", **about))["code"] == "decided"
        await page.until_level()
        fresh = alice.page(page.server, page.conversation)
        await fresh.load()
        assert "Allowed once by demo" in fresh.outline()
        assert fresh.outline() == page.outline()
        await page.close()
    done = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert done.count(["burn_parcel", 7, "begin"]) == 1


async def another(place: Place, server: Server, page: RemotePage, **variables: str) -> Server:
    """Kill a server, start another in its place, and have the page come back to it."""
    server.signal(signal.SIGKILL)
    server.code()
    await page.close()
    following = place.server(**variables)
    page.server = following.link().partition("/enter/")[0]
    assert await page.connect()
    return following


def shown(page: RemotePage) -> dict[str, Any]:
    """Return what the page sends of the call that waits."""
    card = page.dom.all_with("data-approval")[0].attributes
    return {"call": int(card["data-call"]), "shown": card["data-shown"]}
