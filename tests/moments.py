"""The moment right after a commit, when a process may be frozen and others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conversations.models import changed


@contextmanager
def after_the_first_commit(happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen between the first change that is committed and whatever its maker does next."""
    once = iter([happens])

    def happen(**_: Any) -> None:
        for each in once:
            each()

    changed.connect(happen)
    try:
        yield
    finally:
        changed.disconnect(happen)
