"""A real server with the demo model, a real Chromium, and a person who drives it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Person
from tests.site.processes import Server, manage

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        var=tmp_path_factory.mktemp("browser"),
        MESSAGES_PER_MINUTE="1000",
        DEMO_SECONDS_PER_TOKEN="0.004",
        LOG_LEVEL="ERROR",
    )
    yield running
    running.close()


@pytest.fixture(scope="session")
def link(server: Server) -> str:
    return server.link()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or None, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, link: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enter once by the link, and keep the cookie for every test."""
    kept = tmp_path_factory.mktemp("cookies") / "state.json"
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url("**/")
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture
def visit(chromium: Browser, link: str, signed_in: Path) -> Iterator[Callable[..., Person]]:
    """Open a new browser context as the demo account; whatever the console complains of fails the test."""
    people: list[Person] = []

    def one(path: str = "/", **options: object) -> Person:
        context = chromium.new_context(
            storage_state=signed_in,
            base_url=link.partition("/enter/")[0],
            locale="en-GB",
            **options,  # type: ignore[arg-type]
        )
        people.append(Person(context))
        people[-1].open(path)
        return people[-1]

    yield one
    complaints = [complaint for person in people for complaint in person.complaints]
    for person in people:
        person.context.close()
    assert complaints == []


@pytest.fixture
def newcomer(chromium: Browser, server: Server, link: str) -> Iterator[Person]:
    """Enter by a link of one's own, for a test that signs out."""
    printed = manage("enter", var=server.errors.parent).stdout
    own_link = next(word for word in printed.split() if "/enter/" in word)
    context = chromium.new_context(base_url=link.partition("/enter/")[0], locale="en-GB")
    someone = Person(context)
    someone.open(own_link)
    someone.page.get_by_role("button", name="Enter").click()
    someone.page.wait_for_url("**/")
    yield someone
    context.close()


@pytest.fixture
def person(visit: Callable[..., Person]) -> Person:
    return visit()
