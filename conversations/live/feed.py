"""How news reach browsers and control reaches runners: the only place that touches the channel layer.

Every layer may lose a message (the in-memory one when it is full, Redis' at any time), so nothing here is
trusted to arrive: changes are found again by their cursor, flow by a full frame, control by its row.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from ..models import changed, listed

CONTROL = "control"

logger = logging.getLogger(__name__)

_home: asyncio.AbstractEventLoop | None = None
_sending: set[asyncio.Task[None]] = set()


def settle_here() -> None:
    """Let news from other threads go out through the loop that calls this: the server's."""
    global _home
    _home = asyncio.get_running_loop()


def conversation_group(person_id: int, conversation_id: UUID) -> str:
    """Name the owner too: a socket may wait for a conversation that is yet to be made, but only its own."""
    return f"conversation.{person_id}.{conversation_id}"


def person_group(person_id: int) -> str:
    return f"person.{person_id}"


async def join(group: str, channel: str) -> None:
    """Let a socket hear what is sent to a group; Channels lets it go when the socket closes."""
    await _layer().group_add(group, channel)


async def leave(group: str, channel: str) -> None:
    await _layer().group_discard(group, channel)


async def flow(group: str, frame: str, *, message: int) -> None:
    """Send one encoded frame of a message's text to every page that shows the conversation of this group."""
    await _deliver(_layer().group_send(group, {"type": "flow", "frame": frame, "message": message}))


async def full(channel: str, frame: str, *, message: int) -> None:
    """Send a full frame of a message to the one socket that asked for it."""
    await _deliver(_layer().send(channel, {"type": "flow", "frame": frame, "message": message}))


def control(do: str, **what: Any) -> None:
    """Tell every process that runs turns: "stop" a turn, or send "full" text of a message to a channel."""
    _publish(CONTROL, {"type": "control", "do": do, **what})


async def control_channel() -> str:
    """Open this process's one ear for control."""
    layer = _layer()
    channel: str = await layer.new_channel("control")
    await layer.group_add(CONTROL, channel)
    return channel


async def hear(channel: str) -> dict[str, Any]:
    """Wait for the next control message; never cancelled but at the end (Redis' layer loses its queue)."""
    message: dict[str, Any] = await _layer().receive(channel)
    return message


@receiver(changed)
def _announce_change(conversation_id: UUID, person_id: int, seq: int, **_: Any) -> None:
    _publish(conversation_group(person_id, conversation_id), {"type": "changed", "seq": seq})


@receiver(listed)
def _announce_listing(person_id: int, seq: int, **_: Any) -> None:
    _publish(person_group(person_id), {"type": "listed", "seq": seq})


@receiver(user_logged_out)
def _announce_sign_out(request: Any, user: Any, **_: Any) -> None:
    # Told before the session is deleted, so whoever hears it cannot look for the session, but must know it.
    if user:
        _publish(
            person_group(user.pk), {"type": "signed.out", "session": digest(request.session.session_key)}
        )


def digest(session_key: str | None) -> str:
    """Name a session to those who know its key, and to nobody else."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def _publish(group: str, event: dict[str, Any]) -> None:
    """Send from wherever the caller is: the loop, a thread beside it, or a program without one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        if _home and _home.is_running():
            _home.call_soon_threadsafe(_send_soon, group, event)
        else:
            async_to_sync(_send)(group, event)
    else:
        _send_soon(group, event)


def _send_soon(group: str, event: dict[str, Any]) -> None:
    task = asyncio.get_running_loop().create_task(_send(group, event))
    _sending.add(task)
    task.add_done_callback(_sending.discard)


async def _send(group: str, event: dict[str, Any]) -> None:
    await _deliver(_layer().group_send(group, event))


async def _deliver(sending: Awaitable[None]) -> None:
    try:
        await sending
    except Exception:
        # The one broad catch for the layer, whatever it is made of: a lost message is found again, see above.
        logger.warning("The channel layer lost a message", exc_info=True)


def _layer() -> Any:
    return get_channel_layer()
