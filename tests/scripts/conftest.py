"""A page with the product's scripts, and a peer that plays its server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.chromium import running_chromium
from tests.scripts.peer import Peer

SITE = "http://clearcall.test"
SCRIPTS = Path(__file__).parents[2] / "static" / "js"
PAGE = Path(__file__).with_name("chat.html").read_text()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open nothing yet; what a script throws fails the test."""
    context = chromium.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def peer(page: Page) -> Peer:
    return Peer(page)


@pytest.fixture
def visit(page: Page, peer: Peer) -> Callable[..., Page]:
    """Open the page, with these turns in it, and wait for its socket."""

    def open_page(path: str = "/", *, turns: str = "") -> Page:
        page.route(f"{SITE}/**", lambda route: _fulfil(route, turns))
        before = len(peer.sockets)
        page.goto(SITE + path)
        peer.wait_for_socket(before + 1)
        return page

    return open_page


@pytest.fixture
def bare(page: Page) -> Page:
    """Open a page on which nothing runs, for rules that need no page at all."""
    page.route(f"{SITE}/**", lambda route: _fulfil(route, "", main=False))
    page.goto(SITE)
    return page


def _fulfil(route: Route, turns: str, *, main: bool = True) -> None:
    address = route.request.url.removeprefix(SITE)
    if address.startswith("/static/js/"):
        route.fulfill(path=SCRIPTS / Path(address).name, content_type="text/javascript")
    else:
        names = {f"clearcall/{script.stem}": f"/static/js/{script.name}" for script in SCRIPTS.glob("*.js")}
        html = PAGE.replace("IMPORT_MAP", json.dumps({"imports": names})).replace("TURNS", turns)
        html = html if main else html.replace("/static/js/main.js", "/static/js/ids.js")
        route.fulfill(body=html, content_type="text/html")
