"""What somebody at the page sees while the database is away: what is wrong, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import stores
from tests.browser.person import Person
from tests.chromium import running_chromium
from tests.processes.conftest import without
from tests.processes.installation import Installation
from tests.stores import Databases, OwnPostgreSQL

pytestmark = pytest.mark.browser


def test_the_page_says_what_is_wrong_and_sends_what_was_written_once_it_is_not(
    tmp_path: Path, news: str
) -> None:
    if not stores.can_start_postgresql():
        without("PostgreSQL to stop and start")
    postgresql = OwnPostgreSQL()
    installation = Installation(
        tmp_path, database=Databases(postgresql.address).make(), news=news, TURN_EXECUTOR="local"
    )
    try:
        with running_chromium() as browser:
            alice = Person(browser.new_context(locale="en-GB"))
            alice.open(installation.server().link())
            alice.page.get_by_role("button", name="Enter").click()
            alice.page.wait_for_url("**/")
            alice.ask_and_wait("What is 2+2?")
            postgresql.stop()
            alice.ask("What is 3+3?")
            alice.box.fill("and then")
            line = alice.page.get_by_role("status").filter(has_text="cannot use its database")
            expect(line).to_contain_text("What you write is kept.", timeout=20_000)
            other = Person(alice.context)
            answer = other.page.goto(alice.page.url)
            assert answer
            assert answer.status == 503
            expect(other.page.get_by_role("heading")).to_contain_text("cannot use its database")
            postgresql.start()
            alice.page.evaluate(
                "() => dispatchEvent(new Event('online'))"
            )  # it would come back by itself, later
            expect(alice.turn(1)).to_have_attribute("data-state", "completed", timeout=60_000)
            expect(alice.conversation.locator("article[data-turn]")).to_have_count(2)
            expect(line).to_have_count(0)
            expect(alice.box).to_have_value("and then")
            other.page.get_by_role("link", name="Try again").click()
            expect(other.turn(1)).to_have_attribute("data-state", "completed")
    finally:
        installation.close()
        postgresql.close()
