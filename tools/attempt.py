"""The one place where whatever a tool raises is caught."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    error: BaseException


@dataclass(frozen=True, slots=True)
class Overdue:
    """The deadline passed first; `still_running` where nothing could stop the tool."""

    still_running: bool


Ending = Returned | Raised


def attempt(call: Callable[[], Any]) -> Ending:
    """Call a sync tool; SystemExit too is only the tool's failure, never the server's end."""
    try:
        return Returned(call())
    except BaseException as error:  # noqa: BLE001
        return Raised(error)


async def attempt_async(call: Callable[[], Awaitable[Any]]) -> Ending:
    """Await an async tool; being cancelled passes through."""
    try:
        return Returned(await call())
    except (Exception, SystemExit) as error:  # noqa: BLE001
        return Raised(error)
