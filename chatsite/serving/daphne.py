"""Daphne on the fastest loop there is, from the first request to an orderly end."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections
from twisted.internet import asyncioreactor

from chatsite.serving import hooks
from chatsite.serving.access import log_access
from chatsite.serving.address import Address
from chatsite.serving.loop import new_loop

HANDSHAKE_SECONDS = 20  # longer than a database is waited for: the page is to be told what is wrong
KILLED = 128 + signal.SIGINT  # what a shell reports of a program that was interrupted


def serve(address: Address, ready: Callable[[], None]) -> bool:
    """Serve until a signal comes, and call `ready` once it listens; say whether it could."""
    loop = new_loop()
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    # Both look at the reactor as they are imported, so they come after it is installed.
    from daphne.endpoints import build_endpoint_description_strings

    from chatsite.asgi import application
    from chatsite.serving import sockets
    from chatsite.serving.bounded import BoundedServer

    sockets.install()
    connections.close_all()  # what this thread has used so far; from here on it is the loop's
    asyncio.set_event_loop(loop)
    loop.run_until_complete(hooks.start(settings.SERVER_START_HOOKS))
    server = BoundedServer(
        application=application,
        endpoints=build_endpoint_description_strings(host=address.host, port=address.port),
        signal_handlers=False,
        action_logger=log_access,
        ready_callable=ready,
        websocket_handshake_timeout=HANDSHAKE_SECONDS,
        server_name="clearcall",
    )
    _leave_in_order()
    server.run()
    if server.abort_start:
        loop.run_until_complete(hooks.drain(settings.SERVER_DRAIN_HOOKS, seconds=0))
    return not server.abort_start


def _leave_in_order() -> None:
    """At SIGTERM let running work end, at Ctrl-C leave it as it stands; at a second signal go at once."""
    from twisted.internet import reactor as untyped

    reactor: Any = untyped  # what it offers is only known once it is installed
    leaving: set[asyncio.Task[None]] = set()

    async def leave(patience: float) -> None:
        # Not a trigger of the reactor's: when it shuts down daphne kills all that it serves before anything.
        await hooks.drain(settings.SERVER_DRAIN_HOOKS, seconds=patience)
        reactor.stop()

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, _leave_now)
        patience = settings.DRAIN_SECONDS if number == signal.SIGTERM else 0.0
        _leave_after(patience + hooks.GRACE_SECONDS + 1)
        reactor.callFromThread(lambda: leaving.add(asyncio.ensure_future(leave(patience))))

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _leave_now(number: int, frame: FrameType | None) -> None:
    os._exit(KILLED)


def _leave_after(seconds: float) -> None:
    # A thread, because what holds up the end may be something that blocks the loop.
    timer = threading.Timer(seconds, os._exit, [1])
    timer.daemon = True
    timer.start()
