"""A disk that is full while a turn runs: what is said waits, and nothing is lost when there is room again."""

from __future__ import annotations

import resource
import sys
import uuid

import pytest

from tests.chaos.place import Place, begun
from tests.processes.installation import RemotePage, SocketLost, entered, visitor

if sys.platform != "linux":
    pytest.skip("Only Linux can change the limits of a process that runs.", allow_module_level=True)

FULL, ROOM = 1, resource.RLIM_INFINITY


async def comes_back(page: RemotePage) -> None:
    page.flow.ask_again()
    assert await page.connect()


async def test_a_full_disk_makes_turns_and_messages_wait_until_there_is_room(place: Place) -> None:
    server = place.server(DEMO_SECONDS_PER_TOKEN="0.004")
    link = server.link()
    pid = server.process.pid

    def files_may_have(size: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async with visitor(entered(link)) as alice:
        page = alice.page(link.partition("/enter/")[0])
        turn = await begun(page)
        files_may_have(FULL)
        # What cannot be kept is not taken: the socket is lost, and the page still has what it wanted to send.
        client_id = str(uuid.uuid4())
        with pytest.raises(SocketLost):
            await page.send("Are you there?", client_id=client_id)
        await comes_back(page)  # what is stored can be read all the while
        files_may_have(ROOM)
        again = await page.send("Are you there?", client_id=client_id)
        for each in (turn, again["turn"]):
            await page.until_turn(each, "completed")
        await page.until_level()
        fresh = alice.page(page.server, page.conversation)
        await fresh.load()
        assert fresh.outline() == page.outline()
        assert len(page.dom.all_with("data-client")) == 2
        await page.close()
