"""A real server with the demo model, a real Chromium, and a person who drives it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.person import Person
from tests.browser.windows import Windows
from tests.chromium import running_chromium
from tests.mcp.servers import OLD_SERVER
from tests.site.processes import Server, manage


@pytest.fixture(scope="session")
def server(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        var=Path(shutil.copytree(tables, tmp_path_factory.mktemp("browser") / "var")),
        MESSAGES_PER_MINUTE="1000",
        LOG_LEVEL="ERROR",
        SIGN_UP="true",
        MCP_COMMANDS=json.dumps({"old": OLD_SERVER}),
        EXTRA_APPS="tests.browser.desk",
    )
    yield running
    running.close()


@pytest.fixture(scope="session")
def link(server: Server) -> str:
    return server.link()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def windows(chromium: Browser, link: str) -> Windows:
    return Windows(chromium, link.partition("/enter/")[0])


@pytest.fixture(scope="package")
def signed_in(chromium: Browser, server: Server, link: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enter once by a link, and keep the cookie for every test of the package."""
    kept = tmp_path_factory.mktemp("cookies") / "state.json"
    context = chromium.new_context(base_url=link.partition("/enter/")[0])
    enter(Person(context), server)
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture
def visit(windows: Windows, signed_in: Path) -> Iterator[Callable[..., Person]]:
    """Open a window as the demo account; whatever the console complains of fails the test."""
    people: list[Person] = []

    def one(path: str = "/", **options: object) -> Person:
        page = windows.open(**{"storage_state": signed_in, **options})
        people.append(Person(page.context, page))
        people[-1].open(path)
        return people[-1]

    yield one
    complaints = [complaint for person in people for complaint in person.complaints]
    for person in people:
        person.leave()
        if person.is_changed:
            windows.close(person.page)
        else:
            windows.give_back(person.page)
    assert complaints == []


@pytest.fixture
def newcomer(chromium: Browser, server: Server, link: str) -> Iterator[Person]:
    """Enter by a link of one's own, for a test that signs out."""
    context = chromium.new_context(base_url=link.partition("/enter/")[0], locale="en-GB")
    someone = Person(context)
    enter(someone, server)
    yield someone
    context.close()


def signed_up(name: str, chromium: Browser, server: Server, link: str) -> Path:
    """Keep the cookie of somebody who makes an account the first time that they are asked for.

    A server outlives a package's other fixtures: files of several packages take turns in one process.
    """
    kept = server.errors.parent / f"{name}.json"
    if not kept.exists():
        context = chromium.new_context(base_url=link.partition("/enter/")[0])
        Person(context).sign_up(name)
        context.storage_state(path=kept)
        context.close()
    return kept


def enter(someone: Person, server: Server) -> None:
    printed = manage("enter", var=server.errors.parent).stdout
    someone.open(next(word for word in printed.split() if "/enter/" in word))
    someone.page.get_by_role("button", name="Enter").click()
    someone.page.wait_for_url("**/")


@pytest.fixture
def person(visit: Callable[..., Person]) -> Person:
    return visit()
