"""Daphne on the fastest loop there is, from the first request to an orderly end."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings
from twisted.internet import asyncioreactor

from chatsite.serving import hooks
from chatsite.serving.access import log_access
from chatsite.serving.address import Address

KILLED = 128 + signal.SIGINT  # what a shell reports of a program that was interrupted


def serve(address: Address, ready: Callable[[], None]) -> bool:
    """Serve until a signal comes, and call `ready` once it listens; say whether it could."""
    loop = _new_loop()
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    # Both look at the reactor as they are imported, so they come after it is installed.
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    from chatsite.asgi import application

    asyncio.set_event_loop(loop)
    loop.run_until_complete(hooks.start(settings.SERVER_START_HOOKS))
    server = Server(
        application=application,
        endpoints=build_endpoint_description_strings(host=address.host, port=address.port),
        signal_handlers=False,
        action_logger=log_access,
        ready_callable=ready,
        server_name="clearcall",
    )
    _leave_in_order()
    server.run()
    return not server.abort_start


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _leave_in_order() -> None:
    """At the first signal let running work end; at the second, or when the time is up, go at once."""
    from twisted.internet import defer
    from twisted.internet import reactor as untyped

    reactor: Any = untyped  # what it offers is only known once it is installed

    def drain() -> Any:
        work = hooks.drain(settings.SERVER_DRAIN_HOOKS, seconds=settings.DRAIN_SECONDS)
        return defer.Deferred.fromFuture(asyncio.ensure_future(work))

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, _leave_now)
        _leave_after(settings.DRAIN_SECONDS + 1)
        reactor.callFromThread(reactor.stop)

    reactor.addSystemEventTrigger("before", "shutdown", drain)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _leave_now(number: int, frame: FrameType | None) -> None:
    os._exit(KILLED)


def _leave_after(seconds: float) -> None:
    # A thread, because what holds up the end may be something that blocks the loop.
    timer = threading.Timer(seconds, os._exit, [1])
    timer.daemon = True
    timer.start()
