"""Lets a process that serves no pages be asked the same as one that does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from chatsite.watching.probes import PLAINLY, PROBES, TEXT, Reply

if TYPE_CHECKING:
    from aiohttp import web

NOTHING_HERE: Reply = (404, TEXT, b"There is nothing here.\n")


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[None]:
    """Answer probes over plain HTTP meanwhile; OSError where the port cannot be had."""
    from aiohttp import web  # costs a tenth of a second, which few workers need

    application = web.Application()
    application.router.add_get("/{path:.*}", _answer)
    runner = web.AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


async def _answer(request: web.Request) -> web.Response:
    from aiohttp import web

    headers = [(name.lower(), value) for name, value in request.raw_headers]
    probe = PROBES.get(request.path)
    reply = (
        await probe({"path": request.path, "method": request.method, "headers": headers}) if probe else None
    )
    status, kind, body = reply or NOTHING_HERE
    return web.Response(status=status, body=body, headers={"Content-Type": kind, **PLAINLY})
