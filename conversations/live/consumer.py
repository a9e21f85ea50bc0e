"""One socket of one page: says what has changed, passes flow on, carries commands out."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AbstractUser
from pydantic import ValidationError

from ..database import in_database
from ..models import Message
from ..refusals import NOT_FOUND, SIGNED_OUT, TOO_LARGE, Refusal
from . import feed
from .commands import Ack, Command, Full, Visitor, bad_frame, number_in, reader
from .cursors import Cursors, encoded, full_frame
from .visits import may_follow, note_zone, person_of

logger = logging.getLogger(__name__)

FRAME_LIMIT = 256 * 1024  # characters; far over any message limit
UNREAD_LIMIT = 1024 * 1024  # characters of flow that a browser may leave unread before it gets no more
LOAD_SECONDS = 0.05  # announcements come in bursts; one load answers all of a burst
BUSY_HEARTBEAT, IDLE_HEARTBEAT = 10.0, 60.0  # how long a lost announcement may stay unnoticed
SIGNED_OUT_CODE, RESTART_CODE = 4401, 1012


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Follows one conversation (or none) and one person's list."""

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch hops through the one global database thread before every single message.
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        self.conversation_id: UUID | None = self.scope["url_route"]["kwargs"].get("conversation_id")
        self.query = {
            name: values[0] for name, values in parse_qs(self.scope["query_string"].decode()).items()
        }
        self.following: asyncio.Task[None] | None = None
        self.groups: list[str] = []
        self.stale = asyncio.Event()
        self.sent = self.acknowledged = 0  # characters of flow
        person, admitted = await in_database(self._admit)
        if person is None:
            await self.accept()
            await self._say_goodbye()
        elif not admitted:
            await self.close()
        else:
            await self._begin(person)

    async def disconnect(self, code: int) -> None:
        if self.following:
            self.following.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read one frame; whatever is wrong with it, the socket lives on."""
        text = text_data or ""
        if len(text) > FRAME_LIMIT:
            return await self._answer(None, TOO_LARGE)
        try:
            command = reader.validate_json(text)
        except ValidationError as error:
            return await self._answer(number_in(text), bad_frame(error))
        if isinstance(command, Ack):
            return self._take_ack(command)
        return await self._answer(command.n, *await in_database(self._carry_out, command))

    # What the feed brings.

    async def changed(self, event: dict[str, Any]) -> None:
        if event["seq"] > self.cursors.cursor:
            self.stale.set()

    async def listed(self, event: dict[str, Any]) -> None:
        if event["seq"] > self.cursors.shelf:
            self.stale.set()

    async def signed_out(self, event: dict[str, Any]) -> None:
        await self._leave_if_signed_out()

    async def flow(self, event: dict[str, Any]) -> None:
        # A browser that misses a frame sees the gap and asks for the whole, so dropping is all it takes.
        if self.sent - self.acknowledged < UNREAD_LIMIT:
            self.sent += len(event["frame"])
            await self.send(event["frame"])

    # Following.

    async def _begin(self, person: AbstractUser) -> None:
        feed.settle_here()
        cursor, shelf = (_number(self.query.get(name)) for name in ("cursor", "shelf"))
        self.cursors = Cursors(person.pk, self.conversation_id, cursor=cursor, shelf=shelf)
        self.groups.append(feed.person_group(person.pk))
        if self.conversation_id:
            self.groups.append(feed.conversation_group(person.pk, self.conversation_id))
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        self.following = asyncio.create_task(self._supervise())

    async def _supervise(self) -> None:
        try:
            await self._follow()
        except Exception:
            # The one broad catch for sockets: a page that can no longer be kept up to date must come back.
            logger.exception("A page of person %s could not be brought up to date", self.cursors.person_id)
            await self.close(RESTART_CODE)

    async def _follow(self) -> None:
        while True:
            self.stale.clear()
            frames, busy = await in_database(self.cursors.catch_up)
            for frame in frames:
                await self.send(frame)
            await asyncio.sleep(LOAD_SECONDS)
            try:
                async with asyncio.timeout(BUSY_HEARTBEAT if busy else IDLE_HEARTBEAT):
                    await self.stale.wait()
            except TimeoutError:
                await self._leave_if_signed_out()

    def _take_ack(self, ack: Ack) -> None:
        self.acknowledged = min(ack.bytes, self.sent)

    # Commands and sign-in, each one unit of work.

    def _admit(self) -> tuple[AbstractUser | None, bool]:
        person = self._person()
        if person is None or not (self.conversation_id is None or may_follow(person, self.conversation_id)):
            return person, False
        note_zone(person, self.query.get("zone", ""))
        return person, True

    def _carry_out(self, command: Command) -> tuple[Refusal | dict[str, Any], str]:
        """Check the sign-in and do it; returns the answer, and a frame to send besides ("" for none)."""
        person = self._person()
        if person is None:
            return SIGNED_OUT, ""
        if isinstance(command, Full):
            return self._full(command)
        return command.carry_out(Visitor(person, self.conversation_id)), ""

    def _full(self, command: Full) -> tuple[Refusal | dict[str, Any], str]:
        # The conversation of this socket was found to be this person's when it opened.
        message = Message.objects.filter(pk=command.message, conversation=self.conversation_id).first()
        if message is None:
            return NOT_FOUND, ""
        if message.is_open:
            feed.control("full", message=message.pk, to=self.channel_name)
            return {}, ""
        return {}, full_frame(message)

    def _person(self) -> AbstractUser | None:
        return person_of(self.scope["session"].session_key)

    # Answers.

    async def _answer(self, number: int | None, answer: Refusal | dict[str, Any], frame: str = "") -> None:
        if isinstance(answer, Refusal):
            said = {"t": "refused", "re": number, "code": answer.code, "message": answer.message}
        else:
            said = {"t": "done", "re": number, **answer}
        await self.send(encoded(said))
        if frame:
            await self.send(frame)
        self.stale.set()

    async def _leave_if_signed_out(self) -> None:
        if await in_database(self._person) is None:
            await self._say_goodbye()

    async def _say_goodbye(self) -> None:
        goodbye = {"t": "goodbye", "code": SIGNED_OUT.code, "message": SIGNED_OUT.message}
        await self.send(encoded(goodbye))
        await self.close(SIGNED_OUT_CODE)


def _number(text: str | None) -> int:
    """Read a cursor; nonsense counts as 0, which only makes the page be sent more."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
