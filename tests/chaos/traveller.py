"""Somebody who keeps one conversation going whatever happens to the servers."""

from __future__ import annotations

import asyncio
import difflib
import itertools
import json
import random
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import aiohttp

from tests.chaos.fleet import Fleet
from tests.dom import Element
from tests.processes.installation import RemotePage, SocketLost, Visitor

T = TypeVar("T")

LOST = (SocketLost, aiohttp.ClientError, ConnectionError)
LINES = 60  # of a difference: more would hide what it is about
ENDED = frozenset({"completed", "incomplete", "failed", "stopped", "interrupted"})


@dataclass(frozen=True)
class Errand:
    """What is sent; the turn is stopped right away where `stopped` says so."""

    text: str
    choice: str = "auto"
    stopped: bool = False


def an_errand(chance: random.Random, number: int) -> Errand:
    """Think of something to ask; `number` is in no other errand."""
    return chance.choice(
        [
            Errand(f"Deliver parcel {number}", choice="tool:deliver_parcel"),
            Errand(f"Weigh parcel {number}", choice="tool:weigh_parcel"),
            Errand(f"Deliver parcel {number} and weigh parcel {number}"),
            Errand(f"Deliver parcel {number}", choice="tool:deliver_parcel", stopped=True),
            Errand(f"Burn parcel {number}", choice="tool:burn_parcel"),
            Errand(f"Burn parcel {number} and weigh parcel {number}"),
            Errand(f"Burn parcel {number}", choice="tool:burn_parcel", stopped=True),
            Errand("Write a long answer with a table and code"),
            Errand("Write a long answer", stopped=True),
        ]
    )


def a_decision(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    """Think of what to say to a call that waits; `number` is its parcel's."""
    decisions: list[tuple[str, dict[str, Any]]] = [
        ("allow", {}),
        ("allow", {}),
        ("allow", {"always": True}),
        ("allow", {"arguments": json.dumps({"number": -number})}),
        ("decline", {"reason": "Not this one"}),
    ]
    return chance.choice(decisions)


class HeardPage(RemotePage):
    """Tells of every frame that it takes in."""

    patience = 120.0  # a turn may be taken over more than once, a lease later each time

    def __init__(self, session: aiohttp.ClientSession, heard: Callable[[], None]) -> None:
        super().__init__(session, "", uuid.uuid4())
        self._heard = heard

    def take(self, frame: Any) -> None:
        super().take(frame)
        self._heard()


class Traveller:
    """`sent` has the text of each message by its client_id; `page` is what they see."""

    def __init__(self, visitor: Visitor, fleet: Fleet, *, heard: Callable[[], None]) -> None:
        self.sent: dict[str, str] = {}
        self.page = HeardPage(visitor.session, heard)
        self._visitor = visitor
        self._fleet = fleet
        self._decided: set[str] = set()

    async def travel(self, chance: random.Random, numbers: itertools.count[int], over: asyncio.Event) -> None:
        """Run errands, one after the other and sometimes two at once, until it is over and all have ended."""
        await self._come_back()
        while not over.is_set():
            turns = [await self._send(an_errand(chance, next(numbers))) for _ in range(chance.choice((1, 2)))]
            for turn in turns:
                while await self._through(partial(self._until_asked_or_ended, turn)):
                    await self._decide(chance)

    async def compare(self) -> str:
        """Return how the page that lived through it differs from one loaded now, "" if it does not."""
        fresh = self._visitor.page(await self._fleet.address(), self.page.conversation)
        await fresh.load()
        await self._through(partial(self._until_level, fresh.cursor))
        self._forget_older_than(fresh)
        lived, loaded = self.page.outline().splitlines(), fresh.outline().splitlines()
        difference = difflib.unified_diff(lived, loaded, "lived", "loaded", lineterm="", n=2)
        return "\n".join(itertools.islice(difference, LINES))

    def _forget_older_than(self, fresh: RemotePage) -> None:
        """Leave only the turns that a page is loaded with."""
        loaded = {element.id for element in fresh.dom.all_with("data-turn")}
        for element in self.page.dom.all_with("data-turn"):
            if element.tag in ("article", "section") and element.id not in loaded:
                element.replace_with(None)

    async def _send(self, errand: Errand) -> int:
        client_id = str(uuid.uuid4())
        self.sent[client_id] = errand.text
        message = {"client_id": client_id, "choice": errand.choice}
        answer = await self._through(partial(self.page.send, errand.text, **message))
        assert answer["t"] == "done", answer
        if errand.stopped:
            await self._through(partial(self.page.do, "stop", turn=answer["turn"]))
        return int(answer["turn"])

    async def _until_level(self, seq: int) -> None:
        await self.page.until_shown(lambda: self.page.cursor >= seq)
        await self.page.until_level()

    async def _until_asked_or_ended(self, turn: int) -> bool:
        """Wait for either; says whether a call waits for a decision."""
        await self.page.until_shown(lambda: self.page.state(f"turn-{turn}") in ENDED or self._asked())
        return bool(self._asked())

    def _asked(self) -> list[Element]:
        """Return the cards in the chat of which nothing was said yet."""
        cards = self.page.dom.all_with("data-approval")
        return [card for card in cards if "chat" in card.id and card.id not in self._decided]

    async def _decide(self, chance: random.Random) -> None:
        """Decide about the first call that waits, now and then twice, as two who look at it do."""
        card = self._asked()[0]
        number = int((re.search(r"\d+", card.outline_within().partition("number")[2]) or ["0"])[0])
        about = {"call": int(card.attributes["data-call"]), "shown": card.attributes["data-shown"]}
        for _ in range(chance.choice((1, 2))):
            command, said = a_decision(chance, number)
            answer = await self._through(partial(self.page.do, command, **about, **said))
            assert answer["t"] == "done" or answer["code"] == "decided", answer
        self._decided.add(card.id)

    async def _through(self, step: Callable[[], Awaitable[T]]) -> T:
        """Take a step, from its beginning wherever the socket was lost in it."""
        while True:
            try:
                return await step()
            except LOST:
                await self._come_back()

    async def _come_back(self) -> None:
        while True:
            if self.page.socket:
                await self.page.close()
            self.page.server = await self._fleet.address()
            self.page.flow.ask_again()
            try:
                if await self.page.connect():
                    return
            except LOST:
                continue
