"""One Clearcall of several processes, and pages that come to it from outside."""

from __future__ import annotations

import asyncio
import re
import secrets
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import psycopg
from yarl import URL

from tests.page import PATIENCE, Page
from tests.site.processes import Server, Worker, manage

ASK_AGAIN_SECONDS = 2.0  # for a full frame that has not come; docs/protocol.md


class Installation:
    """Servers and workers that share a folder, a database and a Redis."""

    def __init__(self, var: Path, *, database: str, news: str, **variables: str) -> None:
        self.var = var
        self.database = database
        self.variables = {
            "DATABASE_URL": database,
            "REDIS_URL": news,
            "REDIS_PREFIX": f"clearcall-{secrets.token_hex(4)}",
            "TURN_EXECUTOR": "procrastinate",
            **variables,
        }
        self._programs: list[Server | Worker] = []

    def server(self, *arguments: str, **variables: str) -> Server:
        server = Server(*arguments, var=self.var, **{**self.variables, **variables})
        self._programs.append(server)
        return server

    def worker(self, *arguments: str, **variables: str) -> Worker:
        worker = Worker(*arguments, var=self.var, **{**self.variables, **variables})
        self._programs.append(worker)
        return worker

    def manage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return manage(*arguments, var=self.var, **{**self.variables, **variables})

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(question.encode(), values).fetchall()

    def close(self) -> None:
        for program in self._programs:
            program.process.kill()
        for program in self._programs:
            program.process.communicate()


class Visitor:
    """A browser that is signed in by a cookie, which all servers of an installation know."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    def page(self, server: str, conversation: uuid.UUID | None = None) -> RemotePage:
        return RemotePage(self.session, server, conversation or uuid.uuid4())

    async def sign_out(self, server: str) -> None:
        async with self.session.get(server) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', await page.text())
        assert token
        form = {"csrfmiddlewaretoken": token[1]}
        async with self.session.post(f"{server}/sign-out/", data=form, headers={"Origin": server}) as left:
            assert left.status == 200, left.status


@asynccontextmanager
async def visitor(cookies: Mapping[str, str]) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        session.cookie_jar.update_cookies(cookies, URL("http://127.0.0.1"))
        yield Visitor(session)


def entered(link: str) -> dict[str, str]:
    """Enter by a link, which works once; returns the cookies."""
    answer = httpx2.post(link)
    assert answer.status_code == 302, answer.status_code
    return dict(answer.cookies)


class RemotePage(Page):
    """A page that speaks with a server in another process."""

    def __init__(self, session: aiohttp.ClientSession, server: str, conversation: uuid.UUID) -> None:
        self.session = session
        self.server = server
        super().__init__(None, conversation)  # type: ignore[arg-type]  # there is no client in this process

    async def load(self) -> None:
        async with self.session.get(f"{self.server}/conversations/{self.conversation}/") as response:
            assert response.status == 200, response.status
            self.take_in(await response.text())

    async def connect(self, *, origin: str = "", query: str = "") -> bool:
        path = f"{self.address}?cursor={self.cursor}&shelf={self.shelf}{query}"
        try:
            socket = await self.session.ws_connect(self.server + path, origin=origin or self.server)
        except aiohttp.WSServerHandshakeError:
            return False
        self.socket = RemoteSocket(socket)
        self.taken = self._told = 0
        return True

    async def live_through(self, there: Callable[[], object]) -> None:
        """Take frames in until something is so; come back when the socket is lost, ask again as due."""
        async with asyncio.timeout(3 * PATIENCE):
            while not there():
                try:
                    async with asyncio.timeout(ASK_AGAIN_SECONDS):
                        await self.until_shown(there)
                except TimeoutError:
                    self.flow.ask_again()
                    await self._ask_for_what_is_missing()
                except (SocketLost, aiohttp.ClientError, ConnectionError):
                    await self._come_back()

    async def _come_back(self) -> None:
        await self.close()
        self.flow.ask_again()
        with suppress(aiohttp.ClientError):
            await self.connect()

    async def __aenter__(self) -> RemotePage:
        assert await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class SocketLost(Exception):
    """The server, or what is between, has closed the socket."""


class RemoteSocket:
    """A socket to another process, with the manners of the one that Channels has for tests."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def send_to(self, text: str) -> None:
        await self._socket.send_str(text)

    async def receive_from(self, timeout: float) -> str:
        event = await self.receive_output(timeout)
        if event["type"] == "websocket.close":
            raise SocketLost(event)
        return str(event["text"])

    async def receive_output(self, timeout: float) -> dict[str, Any]:
        async with asyncio.timeout(timeout):
            message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return {"type": "websocket.send", "text": message.data}
        # What the server said: the socket's own word is another one where its answer came too late.
        said = message.data if message.type is aiohttp.WSMsgType.CLOSE else self._socket.close_code
        return {"type": "websocket.close", "code": said}

    async def disconnect(self, timeout: float) -> None:
        async with asyncio.timeout(timeout):
            await self._socket.close()
