"""What machines ask a server: whether it lives, whether it is ready, what it has counted.

They are answered before Django: a probe has no session, comes by plain HTTP to whatever address the process
has within its network, and must tell the truth while the database is away.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from secrets import compare_digest

from django.conf import settings

from chatsite.watching.readiness import readiness
from conversations import exposition
from conversations.application import Application, Receive, Scope, Send

Reply = tuple[int, str, bytes]  # status, content type, body
Probe = Callable[[Scope], Awaitable[Reply | None]]

TEXT, JSON = "text/plain; charset=utf-8", "application/json"
PLAINLY = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Probes:
    """Answers probes and hands all else on; a probe that returns None leaves its request to Django."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        probe = PROBES.get(scope["path"]) if scope["method"] in ("GET", "HEAD") else None
        reply = await probe(scope) if probe else None
        if reply is None:
            await self._application(scope, receive, send)
        else:
            await _send(send, reply, with_body=scope["method"] == "GET")


async def alive(scope: Scope) -> Reply:
    """Say that the loop turns; nothing else is asked."""
    return 200, TEXT, b"alive\n"


async def ready(scope: Scope) -> Reply:
    faults = await readiness.faults()
    said = json.dumps({"ready": not faults, "faults": faults})
    return 503 if faults else 200, JSON, f"{said}\n".encode()


async def metrics(scope: Scope) -> Reply | None:
    """Give the numbers to who bears the token; staff get them by their sign-in, from Django."""
    given = dict(scope["headers"]).get(b"authorization")
    if given is None:
        return None
    token: str = settings.METRICS_TOKEN
    if not (token and compare_digest(given, b"Bearer " + token.encode())):
        return 403, TEXT, b"That token opens nothing.\n"
    return 200, exposition.CONTENT_TYPE, await exposition.exposition()


async def _send(send: Send, reply: Reply, *, with_body: bool) -> None:
    status, kind, body = reply
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in PLAINLY.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body if with_body else b""})


PROBES: Mapping[str, Probe] = {"/healthz": alive, "/readyz": ready, "/metrics": metrics}
