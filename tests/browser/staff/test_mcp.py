"""Staff add an MCP server and accept its tools in a real browser, and a chat calls them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.many.servers import SERVERS, open_server, wait_until
from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_from_adding_a_server_to_its_progress_and_pictures(
    visit: Callable[..., Person], tmp_path: Path
) -> None:
    charlie = visit(f"{SERVERS}add/")
    page = charlie.page
    page.get_by_label("Name:").fill("near")
    page.get_by_label("Transport:").select_option("stdio")
    page.get_by_label("Command:").select_option("old")
    page.get_by_role("button", name="Save", exact=True).click()
    wait_until(charlie, "near", "Connected")
    open_server(charlie, "near")
    expect(page.get_by_text("hello from the old server")).to_be_attached()
    assert charlie.barriers() == []
    page.get_by_role("link", name="13 to be accepted").click()
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("accept")
    page.get_by_role("button", name="Go", exact=False).first.click()
    expect(page.get_by_role("heading", name="Accept tools")).to_be_visible()
    assert charlie.barriers() == []
    page.get_by_role("button", name="Accept 13 as shown").click()
    expect(page.get_by_text("13 accepted.")).to_be_visible()

    charlie.open("/")
    gate = tmp_path / "gate"
    charlie.ask(f'Take 3 steps until "{gate}"', choice="tool:near__steps")
    steps = charlie.calls("near__steps")
    expect(steps.locator("progress")).to_be_visible()
    expect(steps).to_contain_text("3 of 3: on")
    assert charlie.barriers() == []
    gate.touch()
    charlie.wait_for_end()
    charlie.ask_and_wait("Draw", choice="tool:near__picture")
    charlie.calls("near__picture").locator("summary").first.click()
    picture = charlie.calls("near__picture").get_by_role(
        "img", name="Picture 1 of the result of near__picture"
    )
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.wait_for_function(
        "image => image.complete && image.naturalWidth === 1", arg=picture.element_handle()
    )
    lived = charlie.shown()
    page.reload()
    assert charlie.shown() == lived
