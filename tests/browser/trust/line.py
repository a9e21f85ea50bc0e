"""A tab's line to the server: commands and answers pass at once, news only when they are let through."""

from __future__ import annotations

import json

from playwright.sync_api import WebSocketRoute

from tests.browser.person import Person


class SlowLine:
    """Lay it before the tab opens its page, then `hold` what happens elsewhere from it."""

    def __init__(self, person: Person) -> None:
        self._holds = False
        self._held: list[tuple[WebSocketRoute, str | bytes]] = []
        person.is_changed = True
        person.page.route_web_socket("**/live/**", self._connect)

    def hold(self) -> None:
        self._holds = True

    def let_through(self) -> None:
        self._holds = False
        for page, frame in self._held:
            page.send(frame)
        self._held.clear()

    def _connect(self, page: WebSocketRoute) -> None:
        page.connect_to_server().on_message(lambda frame: self._pass(page, frame))

    def _pass(self, page: WebSocketRoute, frame: str | bytes) -> None:
        if self._holds and "re" not in json.loads(frame):
            self._held.append((page, frame))
        else:
            page.send(frame)
