"""One socket of one page: says what has changed, passes flow on, carries commands out."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AbstractUser

from ..database import in_database
from ..refusals import SIGNED_OUT, Refusal
from . import feed
from .commands import Ack
from .cursors import Cursors, encoded
from .reading import read
from .unread import Unread
from .visits import Answer, Visit

logger = logging.getLogger(__name__)

LOAD_SECONDS = 0.05  # announcements come in bursts; one load answers all of a burst
BUSY_HEARTBEAT, IDLE_HEARTBEAT = 10.0, 60.0  # seconds that a lost announcement or sign-in may go unnoticed
SIGNED_OUT_CODE, UNREAD_CODE, RESTART_CODE = 4401, 4429, 1012


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Follows one conversation (or none) and one person's list."""

    def __init__(
        self,
        *,
        busy_heartbeat: float = BUSY_HEARTBEAT,
        idle_heartbeat: float = IDLE_HEARTBEAT,
        **limits: int,
    ) -> None:
        super().__init__()
        self.groups: list[str] = []
        self.unread = Unread(**limits)
        self.stale = asyncio.Event()
        self.following: asyncio.Task[None] | None = None
        self.leaving = False
        self._heartbeats = {True: busy_heartbeat, False: idle_heartbeat}
        self._checked_at = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # However it ended: after a failure Channels itself would leave both behind.
            if self.following:
                self.following.cancel()
            for group in self.groups:
                await feed.leave(group, self.channel_name)

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch hops through the one global database thread before every single message.
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        self.conversation_id: UUID | None = self.scope["url_route"]["kwargs"].get("conversation_id")
        self.visit = Visit(self.scope["session"].session_key, self.conversation_id, self.channel_name)
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
        self.unread.hear()
        number, command = read(text_data or "")
        if isinstance(command, Refusal):
            await self._answer(number, command)
        elif isinstance(command, Ack):
            await self._send_owed(self.unread.acknowledge(command.bytes))
        else:
            answer, frame = await in_database(self.visit.carry_out, command)
            await self._answer(number, answer, frame)

    # What the feed brings.

    async def changed(self, event: dict[str, Any]) -> None:
        if event["seq"] > self.cursors.cursor:
            self.stale.set()

    async def listed(self, event: dict[str, Any]) -> None:
        if event["seq"] > self.cursors.shelf:
            self.stale.set()

    async def signed_out(self, event: dict[str, Any]) -> None:
        if not self.leaving and event["session"] == feed.digest(self.visit.session_key):
            await self._say_goodbye()

    async def flow(self, event: dict[str, Any]) -> None:
        # A browser that misses a frame sees the gap, so holding one back is all it takes.
        if not self.leaving and self.unread.may_send(event["message"], event["frame"]):
            await self.send(event["frame"])

    # Following.

    async def _begin(self, person: AbstractUser) -> None:
        feed.settle_here()
        cursor, shelf = (_number(self.query.get(name)) for name in ("cursor", "shelf"))
        self.cursors = Cursors(person, self.conversation_id, cursor=cursor, shelf=shelf)
        self.groups.append(feed.person_group(person.pk))
        if self.conversation_id:
            self.groups.append(feed.conversation_group(person.pk, self.conversation_id))
        for group in self.groups:
            await feed.join(group, self.channel_name)
        await self.accept()
        self._checked_at = asyncio.get_running_loop().time()
        self.following = asyncio.create_task(self._supervise())

    async def _supervise(self) -> None:
        try:
            await self._follow()
        except Exception:
            # The one broad catch for sockets: a page that can no longer be kept up to date must come back.
            logger.exception("A page of person %s could not be brought up to date", self.cursors.person_id)
            await self.close(RESTART_CODE)

    async def _follow(self) -> None:
        while not self.leaving:
            self.stale.clear()
            frames, busy = await in_database(self.cursors.catch_up)
            for frame in frames:
                self.unread.count_change(frame)
                await self.send(frame)
            if self.unread.is_hopeless:
                await self._leave(UNREAD_CODE)
                return
            await asyncio.sleep(LOAD_SECONDS)
            await self._wait_for_news(self._heartbeats[busy])

    async def _wait_for_news(self, heartbeat: float) -> None:
        """Wait for an announcement, at most a heartbeat; look after the sign-in as often, news or none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(heartbeat):
                await self.stale.wait()
        now = asyncio.get_running_loop().time()
        if now - self._checked_at >= heartbeat:
            self._checked_at = now
            await self._leave_if_signed_out()

    async def _send_owed(self, messages: set[int]) -> None:
        """Send messages whole whose flow was held back."""
        for message in messages:
            _, frame = await in_database(self.visit.full, message, self.cursors.person_id)
            if frame:
                await self.send(frame)

    # Answers, and leaving.

    async def _answer(self, number: int | None, answer: Answer, frame: str = "") -> None:
        if isinstance(answer, Refusal):
            said = {"t": "refused", "re": number, "code": answer.code, "message": answer.message}
        else:
            said = {"t": "done", "re": number, **answer}
        await self.send(encoded(said))
        if frame:
            await self.send(frame)
        if answer is SIGNED_OUT:
            await self._say_goodbye()
        self.stale.set()

    async def _leave_if_signed_out(self) -> None:
        if not self.leaving and await in_database(self.visit.person) is None:
            await self._say_goodbye()

    async def _say_goodbye(self) -> None:
        goodbye = {"t": "goodbye", "code": SIGNED_OUT.code, "message": SIGNED_OUT.message}
        await self.send(encoded(goodbye))
        await self._leave(SIGNED_OUT_CODE)

    async def _leave(self, code: int) -> None:
        self.leaving = True
        self.stale.set()
        await self.close(code)


def _number(text: str | None) -> int:
    """Read a cursor; nonsense counts as 0, which only makes the page be sent more."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
