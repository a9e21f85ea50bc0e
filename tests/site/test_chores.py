"""What a server does each hour goes on whatever one of its chores does."""

from __future__ import annotations

import asyncio
import threading

import pytest
from pytest_django import Settings

from chatsite.serving import housekeeping

done = threading.Event()


def stumble() -> None:
    raise ValueError("a chore with a bug")


def sweep() -> None:
    done.set()


@pytest.mark.django_db(transaction=True)
async def test_a_chore_with_a_bug_keeps_no_other_from_being_done(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.HOUSEKEEPING = [f"{__name__}.stumble", f"{__name__}.no_such_chore", f"{__name__}.sweep"]
    done.clear()
    await housekeeping.start()
    await asyncio.to_thread(done.wait, 60)
    await housekeeping.drain(0)
    assert done.is_set()
    assert "stumble is tried again in an hour." in caplog.text
    assert "no_such_chore is tried again in an hour." in caplog.text
