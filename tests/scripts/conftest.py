"""A page with the product's scripts, and a peer that plays its server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import running_chromium
from tests.scripts.peer import Peer

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
PAGE = Path(__file__).with_name("chat.html").read_text()


class Site(ThreadingHTTPServer):
    """Serves the scripts, and one page at any other address; a browser keeps the scripts, and asks once."""

    page = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def show(self, turns: str, *, script: str = "main") -> None:
        names = {f"clearcall/{script.stem}": f"/static/js/{script.name}" for script in SCRIPTS.glob("*.js")}
        html = PAGE.replace("IMPORT_MAP", json.dumps({"imports": names})).replace("TURNS", turns)
        self.page = html.replace("/static/js/main.js", f"/static/js/{script}.js")


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        if self.path.startswith("/static/js/"):
            self._send((SCRIPTS / Path(self.path).name).read_bytes(), "text/javascript", "max-age=600")
        else:
            self._send(self.server.page.encode(), "text/html; charset=utf-8", "no-store")

    def log_message(self, *said: object) -> None:
        """Say nothing."""

    def _send(self, body: bytes, kind: str, keep: str) -> None:
        self.send_response(200)
        headers = {"Content-Type": kind, "Cache-Control": keep, "Content-Length": str(len(body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Answer) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.shutdown()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def context(chromium: Browser, site: Site) -> BrowserContext:
    return chromium.new_context(base_url=site.address)


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """Open nothing yet; what a script throws fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    kept = {"origin": site.address, "storageTypes": "local_storage"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    for each in context.pages:
        each.close()
    context.set_offline(False)
    assert errors == []


@pytest.fixture
def peer(page: Page) -> Peer:
    return Peer(page)


@pytest.fixture
def visit(page: Page, peer: Peer, site: Site) -> Callable[..., Page]:
    """Open the page, with these turns in it, and wait for its socket."""

    def open_page(path: str = "/", *, turns: str = "") -> Page:
        site.show(turns)
        before = len(peer.sockets)
        page.goto(path)
        peer.wait_for_socket(before + 1)
        return page

    return open_page


@pytest.fixture
def bare(page: Page, site: Site) -> Page:
    """Open a page on which nothing runs, for rules that need no page at all."""
    site.show("", script="ids")
    page.goto("/")
    return page
