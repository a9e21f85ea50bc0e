"""Where async code meets the database: one unit of work is one sync function and one hop."""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from .cancellation import see_through

P = ParamSpec("P")
T = TypeVar("T")

# What a database raises that cannot be reached or used now, rather than one that is asked nonsense.
AWAY = (OperationalError, InterfaceError)

NICENESS = 4  # halfway between words that wait for rows and turns that hardly begin


def _stand_back() -> None:
    """Where a core is full, have the event loop go first: rows can wait, eyes do not."""
    if sys.platform == "linux":  # elsewhere it would be said of the whole process
        os.nice(NICENESS)


# SQLite has one writer at a time: a second thread would only wait in a busier way.
_POOL = ThreadPoolExecutor(
    max_workers=1 if connection.vendor == "sqlite" else 4,
    thread_name_prefix="database",
    initializer=_stand_back,
)


async def in_database(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one unit of work in the database's own threads; once asked for, it is done, cancelled or not.

    Not `database_sync_to_async`: it opens a connection each time, and shares one thread with all else.
    """
    loop = asyncio.get_running_loop()
    return await see_through(loop.run_in_executor(_POOL, partial(_done, partial(work, *args, **kwargs))))


def _done(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        # Where connections are pooled, this gives ours back; SQLite's is kept, or opened anew if it broke.
        connection.close_if_unusable_or_obsolete()
