"""Where sync tools run: daemon threads, a few at a time, none of which can hold up the others or the exit."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections

from tools.attempt import Ending, attempt

AT_ONCE = 32
"""Sync tools side by side; the others wait, and their deadline starts when they do."""

MAX_OVERDUE = 8
"""Calls of one tool that may go on past their deadline before it is called no more."""

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_overdue: dict[str, set[threading.Thread]] = {}


def slots() -> asyncio.Semaphore:
    """Give this event loop's semaphore; a slot is free again at the deadline, though its thread may go on."""
    return _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))


def overdue(name: str) -> int:
    """Count the calls of a tool that were given up and still run."""
    alive = {thread for thread in _overdue.get(name, ()) if thread.is_alive()}
    _overdue[name] = alive
    return len(alive)


def start(call: Callable[[], Any], name: str) -> "asyncio.Future[Ending]":
    """Begin a call in a thread of its own; whoever cancels the future gives the thread up."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Ending] = loop.create_future()
    context = contextvars.copy_context()

    def work() -> None:
        ending = context.run(attempt, call)
        connections.close_all()
        _deliver(loop, future, ending)

    thread = threading.Thread(target=work, name=f"tool {name}", daemon=True)
    future.add_done_callback(lambda done: _given_up(done, thread, name))
    thread.start()
    return future


def _deliver(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Ending]", ending: Ending) -> None:
    try:
        loop.call_soon_threadsafe(_settle, future, ending)
    except RuntimeError:  # the loop is closed: nobody waits for this any more
        return


def _settle(future: "asyncio.Future[Ending]", ending: Ending) -> None:
    if not future.done():
        future.set_result(ending)


def _given_up(future: "asyncio.Future[Ending]", thread: threading.Thread, name: str) -> None:
    if future.cancelled():
        _overdue.setdefault(name, set()).add(thread)
