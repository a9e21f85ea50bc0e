"""How news reach browsers, and control runners: within a process at once, between processes by a layer.

Without a layer one process keeps its news to itself. With one, everything goes through it, and any layer may
lose a message, so nothing here is trusted to arrive: changes are found again by their cursor, flow by a full
frame, control by its row.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import uuid
from collections import deque
from collections.abc import Awaitable
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from .. import metrics
from ..models import changed, listed
from .bridge import Bridge
from .hub import Event, Hub, Listener

CONTROL = "control"

logger = logging.getLogger(__name__)

_home: asyncio.AbstractEventLoop | None = None
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_bridges: WeakKeyDictionary[asyncio.AbstractEventLoop, Bridge] = WeakKeyDictionary()
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


async def address() -> str:
    """Return a new name by which every process can reach a listener of this one."""
    bridge = _bridge()
    return f"{await bridge.open() if bridge else ''}/{uuid.uuid4().hex}"


async def join(group: str, listener: Listener) -> None:
    """Let a listener hear what is sent to a group, until it leaves."""
    hub().join(group, listener)
    if bridge := _bridge():
        await bridge.join(group)


async def leave(group: str, listener: Listener) -> None:
    empty = hub().leave(group, listener)
    if empty and (bridge := _bridge()):
        await _deliver(bridge.leave(group))


async def flow(group: str, frame: str, *, message: int) -> None:
    """Send one encoded frame of a message's text to every page that shows the conversation of this group."""
    event = {"type": "flow", "frame": frame, "message": message}
    if bridge := _bridge():
        await _deliver(bridge.tell(group, event))
    else:
        hub().tell(group, event)


async def full(to: str, frame: str, *, message: int) -> None:
    """Send a full frame of a message to the one socket that asked for it."""
    event = {"type": "flow", "frame": frame, "message": message}
    if not hub().tell_one(to, event) and (bridge := _bridge()):
        await _deliver(bridge.tell_one(to, event))


def control(do: str, **what: Any) -> None:
    """Tell every process that runs turns: "stop" a turn, or send "full" text of a message to an address."""
    _publish(CONTROL, {"type": "control", "do": do, **what})


class Ear:
    """Listens for whoever asks by and by."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._heard: deque[Event] = deque()
        self._fresh = asyncio.Event()

    def hear(self, event: Event) -> None:
        self._heard.append(event)
        self._fresh.set()

    async def next(self) -> Event:
        while not self._heard:
            self._fresh.clear()
            await self._fresh.wait()
        return self._heard.popleft()


async def control_channel() -> Ear:
    """Open an ear for control."""
    ear = Ear(await address())
    await join(CONTROL, ear)
    return ear


async def hear(ear: Ear) -> Event:
    """Wait for the next control message."""
    return await ear.next()


class Echo:
    """A message to this very process, through the layer and back; one at a time."""

    def __init__(self) -> None:
        self._channel = ""

    async def listen(self) -> None:
        """Send it and wait until it is back, for as long as that takes; raises what the layer raises."""
        layer, said = get_channel_layer(), uuid.uuid4().hex
        if layer is None:
            return
        # The same channel each time, for Redis' layer never forgets one from which something was received;
        # a new one after a failure, for it does forget one whose wait was cancelled.
        channel, self._channel = self._channel or await layer.new_channel("echo"), ""
        await layer.send(channel, {"type": "echo", "said": said})
        while (await layer.receive(channel))["said"] != said:
            continue
        self._channel = channel


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


def _publish(group: str, event: Event) -> None:
    """Send from wherever the caller is: the loop, a thread beside it, or a program without one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        if _home and _home.is_running():
            _home.call_soon_threadsafe(_send, group, event)
        elif layer := get_channel_layer():
            async_to_sync(_deliver)(Bridge(Hub(), layer).tell(group, event))
    else:
        _send(group, event)


def _send(group: str, event: Event) -> None:
    """Tell it at once where nobody else is to hear it; the layer takes its time."""
    if bridge := _bridge():
        task = asyncio.get_running_loop().create_task(_deliver(bridge.tell(group, event)))
        _sending.add(task)
        task.add_done_callback(_sending.discard)
    else:
        hub().tell(group, event)


async def _deliver(sending: Awaitable[None]) -> None:
    try:
        await sending
    except Exception:
        # The one broad catch for the layer, whatever it is made of: a lost message is found again, see above.
        metrics.lost_messages.inc()
        logger.warning("The channel layer lost a message", exc_info=True)


def hub() -> Hub:
    """Return the listeners of the running loop."""
    loop = asyncio.get_running_loop()
    return _hubs.get(loop) or _hubs.setdefault(loop, Hub())


def _bridge() -> Bridge | None:
    """Return what joins the running loop's listeners with other processes; None without a layer."""
    if not (channel_layers.backends or channel_layers.configs):  # looking in vain costs more than a frame
        return None
    layer = get_channel_layer()
    loop = asyncio.get_running_loop()
    bridge = _bridges.get(loop)
    if bridge is None or bridge.layer is not layer:
        bridge = _bridges[loop] = Bridge(hub(), layer)
    return bridge
