"""A page without a browser: it keeps what docs/protocol.md tells a client to keep, and nothing else."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from channels.testing import WebsocketCommunicator
from django.test import Client

from chatsite.asgi import application

PATIENCE = 4.0


class Page:
    """Follows one conversation by the rules of the protocol."""

    def __init__(self, client: Client, conversation: uuid.UUID) -> None:
        self.client = client
        self.conversation = conversation
        self.frames: list[Any] = []
        self.fragments: dict[str, str] = {}
        self.slots: dict[int, dict[str, str]] = {}
        self.revs: dict[int, tuple[int, int]] = {}
        self.cursor = 0
        self._n = 0

    async def connect(self, *, cursor: int = 0, origin: str = "http://localhost", query: str = "") -> bool:
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())
        headers = [(b"cookie", cookie.encode()), (b"origin", origin.encode()), (b"host", b"localhost")]
        path = f"/live/{self.conversation}/?cursor={cursor}&shelf=0{query}"
        self.socket = WebsocketCommunicator(application, path, headers=headers)
        connected, _ = await self.socket.connect(timeout=PATIENCE)
        return bool(connected)

    async def close(self) -> None:
        await self.socket.disconnect(timeout=PATIENCE)

    async def do(self, what: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its answer; frames that come before it are taken in."""
        self._n += 1
        await self.socket.send_to(json.dumps({"do": what, "n": self._n, **fields}))
        number = self._n
        frame = await self.until(lambda frame: isinstance(frame, dict) and frame.get("re") == number)
        assert isinstance(frame, dict)
        return frame

    async def send(self, text: str, **fields: Any) -> dict[str, Any]:
        return await self.do("send", **{"client_id": str(uuid.uuid4()), "text": text, **fields})

    async def until(self, wanted: Any) -> Any:
        """Take frames in until one is wanted, and return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = json.loads(await self.socket.receive_from(timeout=PATIENCE))
                self.take(frame)
                if wanted(frame):
                    return frame

    async def until_shown(self, part: str) -> str:
        """Wait until some fragment holds `part`; returns that fragment."""
        shown = [html for html in self.fragments.values() if part in html]
        if not shown:
            await self.until(lambda frame: any(part in html for html in self.fragments.values()))
            shown = [html for html in self.fragments.values() if part in html]
        return shown[0]

    async def until_turn(self, turn: int, state: str) -> str:
        """Wait until the turn is shown in this state; returns its fragment."""

        def there() -> bool:
            return f'data-state="{state}"' in self.fragments.get(f"turn-{turn}", "").split(">")[0]

        if not there():
            await self.until(lambda frame: there())
        return self.fragments[f"turn-{turn}"]

    def take(self, frame: Any) -> None:
        self.frames.append(frame)
        match frame:
            case ["f", message, attempt, rev, splices]:
                self._flow(message, attempt, rev, splices)
            case ["F", message, attempt, rev, slots]:
                self._full(message, attempt, rev, slots)
            case {"t": "changes" | "reset", "seq": seq, "fragments": fragments, "bodies": bodies}:
                self.cursor = max(self.cursor, seq)
                for name, _, html in fragments:
                    self.fragments[name] = html
                for body in bodies:
                    self._full(*body)

    def text(self, message: int) -> str:
        """Return the HTML of a message's blocks as the page shows them."""
        slots = self.slots.get(message, {})
        return "".join(slots[slot] for slot in sorted((s for s in slots if s.isdigit()), key=int))

    def _flow(self, message: int, attempt: int, rev: int, splices: list[Any]) -> None:
        if (attempt, rev) != (attempt, self.revs.get(message, (attempt, 0))[1] + 1):
            return
        slots = self.slots.setdefault(message, {})
        for slot, keep, tail, end in splices:
            before = slots.get(str(slot), "").encode("utf-16-le")
            after = (
                before[: 2 * keep]
                + tail.encode("utf-16-le")
                + (before[len(before) - 2 * end :] if end else b"")
            )
            slots[str(slot)] = after.decode("utf-16-le")
        self.revs[message] = (attempt, rev)

    def _full(self, message: int, attempt: int, rev: int, slots: dict[str, Any]) -> None:
        if (attempt, rev) < self.revs.get(message, (0, 0)):
            return
        named = {str(place): html for place, html in enumerate(slots.get("b", []))}
        named |= {slot: text for slot, text in slots.items() if slot != "b"}
        self.slots[message] = named
        self.revs[message] = (attempt, rev)
