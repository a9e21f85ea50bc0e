"""Hooks of a server that behave in all the ways that hooks may."""

import asyncio
import threading

from chatsite.accounts.models import User


def greet(person: User) -> None:
    person.first_name = "Greeted"


async def start() -> None:
    print("started", flush=True)


async def drain() -> None:
    print("drained", flush=True)


async def drain_for_ever() -> None:
    print("draining", flush=True)
    await asyncio.Event().wait()


async def drain_badly() -> None:
    raise ValueError("a hook broke")


async def leave_a_thread_behind() -> None:
    threading.Thread(target=threading.Event().wait).start()
    print("left", flush=True)


async def block() -> None:
    threading.Event().wait()
