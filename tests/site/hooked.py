"""Hooks of a server that behave in all the ways that hooks may."""

import asyncio
import logging
import os
import threading

from chatsite.accounts.models import User
from tests.site.secrets import NEVER_SAID


def greet(person: User) -> None:
    person.first_name = "Greeted"


async def start() -> None:
    print("started", flush=True)


async def drain(seconds: float) -> None:
    print("drained", flush=True)


async def drain_for_ever(seconds: float) -> None:
    print("draining", flush=True)
    await asyncio.Event().wait()


async def drain_badly(seconds: float) -> None:
    raise ValueError("a hook broke")


async def fail_with_all_secrets(seconds: float = 0) -> None:
    """Say in every way there is what must not be said: in a message, an argument, an error and its cause."""
    secrets = dict(NEVER_SAID)
    log = logging.getLogger(__name__)
    log.error("A message with %s" % " ".join(secrets.values()))  # noqa: UP031
    log.error("An argument: %s, %r", secrets, list(secrets.values()))
    try:
        raise ValueError(" ".join(secrets.values()))
    except ValueError as error:
        raise RuntimeError(secrets) from error


async def say(seconds: float = 0) -> None:
    logging.getLogger(__name__).error("What was said: %s", os.environ["SAYING"])


async def leave_a_thread_behind(seconds: float = 0) -> None:
    threading.Thread(target=threading.Event().wait).start()
    print("left", flush=True)


async def block(seconds: float) -> None:
    threading.Event().wait()
