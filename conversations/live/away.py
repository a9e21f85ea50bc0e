"""Ends a socket by name when the database fails it, wherever on the way in that happens."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from ..application import Application, Receive, Scope, Send
from ..database import AWAY

AWAY_CODE = 4503  # as 503: come back later; a handshake that fails would tell a browser nothing

logger = logging.getLogger(__name__)


class UntilTheDatabaseIsBack:
    """Sends pages away that cannot be served now; they come back by themselves, and say what is wrong."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent: set[str] = set()

        async def sending(message: Mapping[str, Any]) -> None:
            sent.add(message["type"])
            await send(message)

        try:
            await self._application(scope, receive, sending)
        except AWAY as error:
            logger.error("A page is sent away, for the database failed: %s", error)
            if "websocket.accept" not in sent:
                await send({"type": "websocket.accept"})
            if "websocket.close" not in sent:
                await send({"type": "websocket.close", "code": AWAY_CODE})
