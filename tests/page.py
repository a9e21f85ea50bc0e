"""A page without a browser: it keeps what docs/protocol.md tells a client to keep, and nothing else."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from channels.testing import WebsocketCommunicator
from django.test import Client

from chatsite.asgi import application as whole_application
from conversations.database import in_database
from tests.dom import Element, parse
from tests.flow import Flow

PATIENCE = 60.0
ACK_EVERY = 64 * 1024  # characters: often enough for any limit of the server's, and rare in a test
SETTLED = frozenset({"complete", "failed", "stopped", "interrupted"})
EMPTY = '<div id="transcript"></div><div id="trace-turns"></div><ul id="conversation-list"></ul>'


class Page:
    """Follows one conversation by the rules of the protocol."""

    patience = PATIENCE

    def __init__(self, client: Client, conversation: uuid.UUID, *, application: Any = None) -> None:
        self.client = client
        self.conversation = conversation
        self.socket: Any = None
        self.frames: list[Any] = []
        self.dom = parse(EMPTY)
        self.flow = Flow()
        self.cursor = self.shelf = 0
        self.taken = self._told = 0  # characters, as acknowledgements count them
        self._n = 0
        self._application = application or whole_application

    async def load(self) -> None:
        """Fetch the page as a browser does before it opens its socket."""
        response = await in_database(self.client.get, f"/conversations/{self.conversation}/")
        assert response.status_code == 200, response.status_code
        self.take_in(response.content.decode())

    def take_in(self, html: str) -> None:
        """Begin with what the server printed."""
        self.dom = parse(html)
        (body,) = (element for element in self.dom.everything() if element.tag == "body")
        self.cursor, self.shelf = int(body.attributes["data-cursor"]), int(body.attributes["data-shelf"])
        self._look_for_gaps()

    async def connect(self, *, origin: str = "http://localhost", query: str = "") -> bool:
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())
        headers = [(b"cookie", cookie.encode()), (b"origin", origin.encode()), (b"host", b"localhost")]
        path = f"{self.address}?cursor={self.cursor}&shelf={self.shelf}{query}"
        self.socket = WebsocketCommunicator(self._application, path, headers=headers)
        connected, _ = await self.socket.connect(timeout=self.patience)
        self.taken = self._told = 0
        return bool(connected)

    @property
    def address(self) -> str:
        return f"/live/{self.conversation}/"

    async def close(self) -> None:
        await self.socket.disconnect(timeout=self.patience)

    async def do(self, what: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its answer; frames that come before it are taken in."""
        self._n += 1
        number = self._n
        await self.say({"do": what, "n": number, **fields})
        frame = await self.until(lambda frame: isinstance(frame, dict) and frame.get("re") == number)
        assert isinstance(frame, dict)
        return frame

    async def say(self, frame: Any) -> None:
        """Send a frame; text is sent as it is."""
        await self.socket.send_to(frame if isinstance(frame, str) else json.dumps(frame))

    async def send(self, text: str, **fields: Any) -> dict[str, Any]:
        return await self.do("send", **{"client_id": str(uuid.uuid4()), "text": text, **fields})

    async def ask(self, text: str, state: str = "completed", **fields: Any) -> int:
        """Send a message and follow its turn until it is shown in this state; returns the turn."""
        sent = await self.send(text, **fields)
        assert sent["t"] == "done", sent
        await self.until_turn(sent["turn"], state)
        return int(sent["turn"])

    async def until(self, wanted: Callable[[Any], object]) -> Any:
        """Take frames in until one is wanted, and return it."""
        async with asyncio.timeout(self.patience):
            while True:
                frame = self._read(await self.socket.receive_from(timeout=self.patience))
                self.take(frame)
                await self._ask_for_what_is_missing()
                if self.taken - self._told >= ACK_EVERY:
                    await self.acknowledge()
                if wanted(frame):
                    return frame

    async def until_shown(self, there: Callable[[], object]) -> None:
        """Take frames in until something is so; at once where it is so already."""
        if not there():
            await self.until(lambda frame: there())

    async def until_turn(self, turn: int, state: str) -> Element:
        await self.until_shown(lambda: self.state(f"turn-{turn}") == state)
        element = self.dom.find(f"turn-{turn}")
        assert element
        return element

    async def until_level(self) -> None:
        """Wait until nothing is missing any more: no full frame is on its way."""
        await self.until_shown(lambda: not self.flow.awaited)

    async def closed(self) -> int:
        """Take frames in until the server closes the socket; returns the code."""
        async with asyncio.timeout(self.patience):
            while True:
                event = await self.socket.receive_output(timeout=self.patience)
                if event["type"] == "websocket.close":
                    return int(event["code"])
                self.take(self._read(event["text"]))

    async def acknowledge(self) -> None:
        """Tell the server how much was taken in since the socket opened."""
        self._told = self.taken
        await self.say({"do": "ack", "bytes": self.taken})

    def state(self, id_: str) -> str:
        """Return the state that an element shows, "" where it is not on the page."""
        element = self.dom.find(id_)
        return element.attributes.get("data-state", "") if element else ""

    def take(self, frame: Any) -> None:
        self.frames.append(frame)
        match frame:
            case ["f", message, attempt, rev, splices]:
                if self._is_open(message):
                    self.flow.splice(message, attempt, rev, splices)
            case ["F", message, attempt, rev, slots]:
                self.flow.whole(message, attempt, rev, slots)
            case {"t": "changes" | "reset", "seq": seq}:
                self.cursor = max(self.cursor, seq)
                self._take_changes(frame)
            case {"t": "shelf", "seq": seq}:
                self.shelf = max(self.shelf, seq)
                self._take_changes(frame)

    def outline(self) -> str:
        """Return all that the page shows of the conversation, and the trace beside it."""
        self._paint()
        parts = [self.dom.find(name) for name in ("transcript", "trace-turns")]
        return "\n".join(part.outline_within() for part in parts if part)

    def text(self, message: int) -> str:
        """Return the HTML of a message's blocks as the flow and the bodies made them."""
        return "".join(self.flow.blocks(message))

    def replies(self) -> list[int]:
        """Return the messages of the assistant on the page, oldest first."""
        messages = (element.attributes for element in self.dom.all_with("data-message"))
        return [int(found["data-message"]) for found in messages if found["data-role"] == "assistant"]

    def calls(self) -> list[tuple[str, str]]:
        """Return name and state of the tool calls in the trace, in order."""
        shown = (element.attributes for element in self.dom.all_with("data-tool-call"))
        return [(found["data-tool-call"], found["data-state"]) for found in shown]

    def _read(self, text: str) -> Any:
        self.taken += len(text)
        return json.loads(text)

    def _take_changes(self, frame: dict[str, Any]) -> None:
        for name, into, html in frame["fragments"]:
            if frame["t"] == "reset":
                container = self.dom.find(name)
                assert container
                container.fill(html)
            else:
                self._place(name, into, html)
        for body in frame.get("bodies", ()):
            self.flow.whole(*body)
        self._look_for_gaps()

    def _is_open(self, message: int) -> bool:
        return self.state(f"message-{message}") not in SETTLED

    def _place(self, name: str, into: str, html: str) -> None:
        old, new = self.dom.find(name), _only(html)
        if old:
            if new:
                _keep_content(old, new)
            old.replace_with(new)
        elif new and (container := self.dom.find(into)):
            container.append(new)

    def _look_for_gaps(self) -> None:
        for element in self.dom.all_with("data-rev"):
            facts = element.attributes
            message, attempt = int(facts["data-message"]), int(facts["data-attempt"])
            if facts["data-state"] in SETTLED:
                self.flow.settled(message, attempt, int(facts["data-rev"]))
            else:
                self.flow.shown(message, attempt)

    async def _ask_for_what_is_missing(self) -> None:
        for message in self.flow.to_ask():
            self._n += 1
            await self.say({"do": "full", "n": self._n, "message": message})

    def _paint(self) -> None:
        for message in self.flow.messages:
            blocks = self.flow.blocks(message)
            if self.flow.is_based(message) and (body := self.dom.find(f"body-{message}")):
                body.fill("".join(f'<div class="block" dir="auto">{block}</div>' for block in blocks))
            for slot, text in self.flow.texts(message).items():
                name = f"reasoning-{message}" if slot == "r" else f"arguments-{slot[1:]}"
                if element := self.dom.find(name):
                    element.children = [text]


class PageBeside(Page):
    """A page without a conversation: that of the tools, say."""

    address = "/live/"


def _only(html: str) -> Element | None:
    elements = [child for child in parse(html).children if isinstance(child, Element)]
    assert len(elements) <= 1, html
    return elements[0] if elements else None


def _keep_content(old: Element, new: Element) -> None:
    """Content of what streams is the business of flow and bodies: fragments leave it as it is."""
    for element in new.all_with("data-flow"):
        before = old.find(element.id)
        if before and "data-flow" in before.attributes:
            element.children = before.children
