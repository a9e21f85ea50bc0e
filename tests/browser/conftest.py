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
from tests.site.processes import Server


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


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def windows(chromium: Browser, server: Server) -> Windows:
    return Windows(chromium, server.origin())


@pytest.fixture(scope="package")
def signed_in(windows: Windows, server: Server) -> Path:
    """Enter once by a link, and keep the cookie for every test on this server."""
    return cookie("demo", lambda someone: enter(someone, server.link()), windows, server)


@pytest.fixture
def visit(windows: Windows, signed_in: Path) -> Iterator[Callable[..., Person]]:
    """Open a window as the demo account; whatever the console complains of fails the test."""
    people: list[Person] = []

    def one(path: str = "/", **options: object) -> Person:
        page = windows.open(**{"storage_state": signed_in, **options})
        people.append(Person.at(page))
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
def newcomer(visit: Callable[..., Person]) -> Person:
    """Make an account of one's own, for a test that signs out."""
    someone = visit("/sign-up/", storage_state=None)
    someone.sign_up("newcomer")
    return someone


def signed_up(name: str, windows: Windows, server: Server) -> Path:
    """Keep the cookie of somebody who makes an account the first time that they are asked for."""
    return cookie(name, lambda someone: someone.sign_up(name), windows, server)


def cookie(name: str, come: Callable[[Person], None], windows: Windows, server: Server) -> Path:
    """Have somebody come in the first time that they are asked for, and keep their cookie and their window.

    A server outlives a package's other fixtures: files of several packages take turns in one process.
    """
    kept = server.errors.parent / f"{name}.json"
    if not kept.exists():
        someone = Person.at(windows.open(storage_state=None))
        come(someone)
        someone.leave()
        someone.context.storage_state(path=kept)
        windows.give_back(someone.page, storage_state=kept)
    return kept


def enter(someone: Person, link: str) -> None:
    someone.open(link)
    someone.page.get_by_role("button", name="Enter").click()
    someone.page.wait_for_url("**/")


@pytest.fixture
def person(visit: Callable[..., Person]) -> Person:
    return visit()
