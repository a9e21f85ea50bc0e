"""One socket of one page: says what has changed, passes flow on, carries commands out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import AbstractUser

from .. import actions, metrics
from ..database import AWAY, in_database
from ..refusals import SIGNED_OUT, Refusal
from . import feed, here
from .away import AWAY_CODE
from .commands import Ack, Full
from .cursors import Cursors, encoded
from .drafts import written
from .hub import Event
from .reading import number_in, read
from .unread import Unread
from .visits import Answer, Visit

logger = logging.getLogger(__name__)

GATHERING_SECONDS = 0.004  # one change is often followed by another; who waits for a word gets that by flow
LOAD_SECONDS = 0.05  # announcements come in bursts; one load answers all of a burst
LOAD_SHARE, LONGEST_LOAD_SECONDS = 0.25, 0.5  # of the time, at most: what takes long is asked for less often
OPEN_HEARTBEAT, IDLE_HEARTBEAT = 10.0, 60.0  # seconds that a lost announcement or sign-in may go unnoticed
# Of the range that is the application's own: daphne sends no other, not even the standard's 1012.
SIGNED_OUT_CODE, UNREAD_CODE, RESTART_CODE = 4401, 4429, 4012


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Follows one conversation (or none) and one person's list."""

    # News come by the feed: a channel of its own would cost each socket two tasks for every single message.
    channel_layer_alias = None

    def __init__(
        self,
        *,
        open_heartbeat: float = OPEN_HEARTBEAT,
        idle_heartbeat: float = IDLE_HEARTBEAT,
        **limits: int,
    ) -> None:
        super().__init__()
        self.groups: list[str] = []
        self.unread = Unread(**limits)
        self.stale = asyncio.Event()
        self.leaving = False
        self._is_sent_away = False
        self._tasks: list[asyncio.Task[None]] = []
        self._flow: deque[str] = deque()
        self._flowing = asyncio.Event()
        self._heartbeats = {True: open_heartbeat, False: idle_heartbeat}
        self._checked_at = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        metrics.sockets.inc()
        try:
            await super().__call__(scope, receive, send)
        finally:
            # However it ended: after a failure Channels itself would leave all of it behind.
            for task in self._tasks:
                task.cancel()
            metrics.sockets.dec()
            here.depart(self)
            for group in self.groups:
                await feed.leave(group, self)

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch hops through the one global database thread before every single message.
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        self.conversation_id: UUID | None = self.scope["url_route"]["kwargs"].get("conversation_id")
        self.address = await feed.address()
        session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        self.visit = Visit(session_key, self.conversation_id, self.address)
        query = parse_qs(self.scope["query_string"].decode(errors="replace"))
        self.query = {name: values[0] for name, values in query.items()}
        person, admitted = await in_database(self.visit.begin, self.query.get("zone", ""))
        if person is None:
            await self.accept()
            await self._say_goodbye()
        elif not admitted:
            await self.close()
        else:
            await self._begin(person)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read one frame; whatever is wrong with it, the socket lives on."""
        if self.leaving:
            return
        number, command = read(text_data or "")
        if isinstance(command, Refusal):
            await self._answer(number, command)
        elif isinstance(command, Ack):
            for message in self.unread.acknowledge(command.bytes):
                await self._send_whole(message)
        elif isinstance(command, Full):
            await self._send_whole(command.message, number)
        else:
            await self._answer(number, await in_database(self.visit.carry_out, command))

    def hear(self, event: Event) -> None:
        """Take in what the feed brings; nobody waits for this socket."""
        match event["type"]:
            case "flow" if not self.leaving and self.unread.may_send(event["message"], event["frame"]):
                self._flow.append(event["frame"])
                self._flowing.set()
            case "changed" if event["seq"] > self.cursors.cursor:
                self.stale.set()
            case "listed" if event["seq"] > self.cursors.shelf:
                self.stale.set()
            case "signed.out" if event["session"] == feed.digest(self.visit.session_key):
                self._tasks.append(asyncio.create_task(self._say_goodbye()))

    def send_away(self) -> None:
        """Leave after a last look, because this process leaves; the page comes back with its cursors."""
        self._is_sent_away = True
        self.stale.set()

    # Following.

    async def _begin(self, person: AbstractUser) -> None:
        feed.settle_here()
        actions.expect()
        cursor, shelf = (number_in(self.query.get(name)) for name in ("cursor", "shelf"))
        self.cursors = Cursors(person, self.conversation_id, cursor=cursor, shelf=shelf)
        self.groups.append(feed.person_group(person.pk))
        if self.conversation_id:
            self.groups.append(feed.conversation_group(person.pk, self.conversation_id))
        for group in self.groups:
            await feed.join(group, self)
        await self.accept()
        here.enter(self)
        self._checked_at = asyncio.get_running_loop().time()
        self._tasks += [
            asyncio.create_task(self._supervise(work)) for work in (self._follow, self._send_flow)
        ]

    async def _supervise(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except AWAY as error:
            logger.error("A page is sent away, for the database failed: %s", error)
            await self.close(AWAY_CODE)
        except Exception:
            # The one broad catch for sockets: a page that can no longer be kept up to date must come back.
            logger.exception("A page of person %s could not be brought up to date", self.cursors.person_id)
            await self.close(RESTART_CODE)

    async def _follow(self) -> None:
        while not self.leaving:
            await asyncio.sleep(GATHERING_SECONDS)
            self.stale.clear()
            is_last = self._is_sent_away
            started = time.monotonic()
            drafts, is_open = await in_database(self.cursors.catch_up)
            frames = [await written(draft) for draft in drafts]
            took = time.monotonic() - started
            for frame in frames:
                await self._say(frame)
            if is_last:
                await self._leave(RESTART_CODE)
                return
            await asyncio.sleep(min(max(LOAD_SECONDS, took / LOAD_SHARE), LONGEST_LOAD_SECONDS))
            await self._wait_for_news(self._heartbeats[is_open])

    async def _send_flow(self) -> None:
        while not self.leaving:
            await self._flowing.wait()
            self._flowing.clear()
            while self._flow and not self.leaving:
                # As `send` does after three calls more.
                await self.base_send({"type": "websocket.send", "text": self._flow.popleft()})

    async def _wait_for_news(self, heartbeat: float) -> None:
        """Wait for an announcement, at most a heartbeat; look after the sign-in as often, news or none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(heartbeat):
                await self.stale.wait()
        now = asyncio.get_running_loop().time()
        if now - self._checked_at >= heartbeat:
            self._checked_at = now
            await self._leave_if_signed_out()

    async def _send_whole(self, message: int, number: int | None = None) -> None:
        """Send a message that was asked for, or is owed, unless it is on its way."""
        wanted = not self.unread.is_on_its_way(message)
        answer, draft = await in_database(self.visit.full, message) if wanted else ({}, "")
        if number is not None:
            await self._answer(number, answer)
        if draft:
            await self._say(await written(draft))
            self.unread.count_whole(message)

    # Answers, and leaving.

    async def _answer(self, number: int | None, answer: Answer) -> None:
        if isinstance(answer, Refusal):
            said = {"t": "refused", "re": number, "code": answer.code, "message": answer.message}
        else:
            said = {"t": "done", "re": number, **answer}
        await self._say(encoded(said))
        if answer is SIGNED_OUT:
            await self._say_goodbye()
        self.stale.set()

    async def _leave_if_signed_out(self) -> None:
        if await in_database(self.visit.person) is None:
            await self._say_goodbye()

    async def _say_goodbye(self) -> None:
        if self.leaving:
            return
        goodbye = {"t": "goodbye", "code": SIGNED_OUT.code, "message": SIGNED_OUT.message}
        await self._say(encoded(goodbye))
        await self._leave(SIGNED_OUT_CODE)

    async def _say(self, frame: str) -> None:
        """Send what cannot be held back; a browser that leaves too much of it unread is let go."""
        if self.leaving:
            return
        self.unread.count(frame)
        await self.send(frame)
        if self.unread.is_hopeless:
            await self._leave(UNREAD_CODE)

    async def _leave(self, code: int) -> None:
        if self.leaving:
            return
        self.leaving = True
        self.stale.set()
        await self.close(code)
