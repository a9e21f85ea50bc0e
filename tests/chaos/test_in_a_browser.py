"""What somebody at the page sees when its server is killed: nothing to do, and nothing lost."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.chaos.place import Place
from tests.chromium import running_chromium

pytestmark = pytest.mark.browser


def test_a_killed_server_comes_back_and_the_page_goes_on_by_itself(place: Place) -> None:
    server = place.server(DEMO_SECONDS_PER_TOKEN="0.05")
    link = server.link()
    port = link.partition("/enter/")[0].rpartition(":")[2]
    with running_chromium() as browser:
        someone = Person(browser.new_context(locale="en-GB"))
        someone.open(link)
        someone.page.get_by_role("button", name="Enter").click()
        someone.page.wait_for_url("**/")
        someone.box.fill("Write a long answer")
        someone.box.press("Enter")
        expect(someone.replies()).to_contain_text("lighthouse")
        server.signal(signal.SIGKILL)
        server.code()
        place.server("--port", port, DEMO_SECONDS_PER_TOKEN="0.001").link()
        expect(someone.turn()).to_have_attribute("data-state", "completed", timeout=60_000)
        expect(someone.replies()).to_have_count(2)
        expect(someone.replies().first.locator("summary").last).to_contain_text("asked again")
        expect(someone.trace).to_contain_text("attempt 2")
        lived = someone.shown()
        someone.page.reload()
        expect(someone.replies()).to_have_count(2)
        assert someone.shown() == lived
