"""The server that a page under test talks to: it answers what it is told to answer, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect


class Peer:
    """Plays the server on the page's sockets; the newest one is the one in use."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sockets: list[WebSocketRoute] = []
        self.commands: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        page.route_web_socket("**/live/**", self._accept)

    def _accept(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self._heard(socket, str(text)))

    def _heard(self, socket: WebSocketRoute, text: str) -> None:
        command = json.loads(text)
        self.commands.append(command)
        if (answer := self.answers.get(command["do"])) is not None:
            socket.send(json.dumps({"t": "done", "re": command["n"], **answer}))

    def asked(self, name: str) -> list[dict[str, Any]]:
        return [command for command in self.commands if command["do"] == name]

    def wait_for(self, name: str, count: int = 1) -> dict[str, Any]:
        """Wait until a command has come this many times, and return the last."""
        self._until(lambda: len(self.asked(name)) >= count)
        return self.asked(name)[-1]

    def wait_for_socket(self, count: int) -> WebSocketRoute:
        self._until(lambda: len(self.sockets) >= count)
        return self.sockets[-1]

    def send(self, frame: Any) -> None:
        self.sockets[-1].send(json.dumps(frame))

    def changes(self, seq: int, *fragments: list[str], bodies: Any = ()) -> None:
        self.send({"t": "changes", "seq": seq, "fragments": fragments, "bodies": bodies})

    def flow(self, message: int, rev: int, *splices: list[Any], attempt: int = 1) -> None:
        self.send(["f", message, attempt, rev, splices])

    def _until(self, true: Any) -> None:
        # Each round trip to the browser lets what it has sent come in.
        for _ in range(2_000):
            if true():
                return
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError(f"It never came; these did: {self.commands}")


def turn(number: int, state: str = "running", *, inside: str = "", client: str = "") -> list[str]:
    html = (
        f'<article class="turn" id="turn-{number}" data-turn="{number}" data-state="{state}" tabindex="-1"'
        f' data-client="{client}"><div id="messages-{number}" data-flow>{inside}</div></article>'
    )
    return [f"turn-{number}", "transcript", html]


def reply(number: int, turn: int, state: str = "streaming", *, rev: int = 0, extra: str = "") -> list[str]:
    html = (
        f'<div class="message" id="message-{number}" data-message="{number}" data-role="assistant"'
        f' data-state="{state}" data-attempt="1" data-rev="{rev}">{extra}'
        f'<div class="body" id="body-{number}" data-flow></div></div>'
    )
    return [f"message-{number}", f"messages-{turn}", html]


def shows(page: Page, message: int, text: str) -> None:
    expect(page.locator(f"#body-{message}")).to_have_text(text)
