"""What only a real browser can tell: whether it agrees with the headers that it gets."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import running_chromium
from tests.site.processes import Server

pytestmark = pytest.mark.browser
WRONG = ("error", "warning")


@pytest.fixture
def page() -> Iterator[Page]:
    with running_chromium() as browser:
        yield browser.new_page()


def test_the_link_enters_and_the_admin_breaks_no_policy(start: Callable[..., Server], page: Page) -> None:
    complaints: list[str] = []
    # Chromium also tells, as mere information, whose autofocus came too late.
    page.on("console", lambda said: complaints.append(said.text) if said.type in WRONG else None)
    link = start().link()
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button", name="Enter").click()
    complaints.clear()
    for path in ("/account/", "/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/"):
        page.goto(link.partition("/enter/")[0] + path)
    expect(page.get_by_role("link", name="Clearcall")).to_be_visible()
    assert complaints == []
