"""What happens after a time, in a browser whose clock the test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.scripts.conftest import Site
from tests.scripts.peer import Peer, reply, shows, turn
from tests.scripts.test_around_the_chat import trace_turn

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


@pytest.fixture
def context(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """Make a context of the test's own: the right clock does not come back."""
    context = chromium.new_context(base_url=site.address)
    yield context
    context.close()


def test_a_clock_runs_until_it_is_replaced(visit: Visit, peer: Peer) -> None:
    page = visit()
    page.clock.install(time=datetime.fromtimestamp(100, tz=UTC))
    page.clock.pause_at(datetime.fromtimestamp(160.2, tz=UTC))
    peer.changes(6, trace_turn('<time data-clock data-since="157000"></time>', "running"))
    expect(page.locator("time")).to_contain_text("3.")
    page.clock.run_for(61_000)
    expect(page.locator("time")).to_contain_text("1 min 4 s")
    peer.changes(7, trace_turn("<time>64.02 s</time>"))
    page.clock.run_for(2_000)
    expect(page.locator("time")).to_have_text("64.02 s")


def test_a_clock_goes_along_with_what_is_painted(visit: Visit, peer: Peer) -> None:
    page = visit()
    page.clock.install(time=datetime.fromtimestamp(100, tz=UTC))
    page.clock.pause_at(datetime.fromtimestamp(160.2, tz=UTC))
    running = trace_turn('<time data-clock data-since="157000"></time>', "running")
    peer.changes(6, turn(4), reply(9, 4), running)
    expect(page.locator("time")).to_have_text("3.2 s")
    page.clock.run_for(150)
    peer.flow(9, 1, [0, 0, "<p>One</p>", 0])
    shows(page, 9, "One")
    expect(page.locator("time")).to_have_text("3.2 s")
    page.clock.run_for(60)
    peer.flow(9, 2, [0, 6, " two", 4])
    shows(page, 9, "One two")
    expect(page.locator("time")).to_have_text("3.4 s")
    page.clock.run_for(240)
    expect(page.locator("time")).to_have_text("3.4 s")
    page.clock.run_for(20)
    expect(page.locator("time")).to_have_text("3.7 s")


def test_a_press_without_a_connection_is_given_up_after_a_while(visit: Visit, page: Page, peer: Peer) -> None:
    page.clock.install()
    visit(turns=turn(4)[2])
    page.route_web_socket("**/live/**", lambda socket: socket.close(code=4012))
    peer.sockets[-1].close(code=4012)
    expect(page.locator("#connection")).to_contain_text("Connection lost.")
    page.get_by_role("button", name="Stop").click()
    page.clock.run_for(10_001)
    expect(page.get_by_role("alert")).to_contain_text("nothing was done")
    assert peer.asked("stop") == []
