"""The moment right after a commit or a query, when a process may be frozen and others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from conversations.models import changed


@contextmanager
def after_each_commit(happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen between each change that is committed and whatever its maker does next."""

    def happen(**_: Any) -> None:
        happens()

    changed.connect(happen)
    try:
        yield
    finally:
        changed.disconnect(happen)


@contextmanager
def after_the_first_query(happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen once, between what is read first and whatever is made of it."""
    once = iter([happens])

    def ask(execute: Callable[..., Any], *query: Any) -> Any:
        answer = execute(*query)
        for each in once:
            each()
        return answer

    with connection.execute_wrapper(ask):
        yield


@contextmanager
def after_the_first_commit(happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen once."""
    once = iter([happens])
    with after_each_commit(lambda: [each() for each in once]):
        yield
