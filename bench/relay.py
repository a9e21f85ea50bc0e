"""The yardstick of `bench.stream`: a relay that does nothing but pass on what the model's server says.

    python -m bench.relay PORT MODEL_PORT

No rows, no trace, no Markdown, no accounts, and no look at what it passes on: aiohttp reads a line and
writes it to the socket that asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator

from aiohttp import ClientSession, web

_MODEL = web.AppKey("model", ClientSession)
_SETTLED = r'["c","class=\"turn\" data-state=\"completed\""]'  # by which `bench.stream` knows an end


def main(port: int, model_port: int) -> None:
    """Serve until killed; prints a line once it listens."""

    async def model(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(f"http://127.0.0.1:{model_port}") as app[_MODEL]:
            yield

    app = web.Application()
    app.cleanup_ctx.append(model)
    app.router.add_get("/live/{id}/", _live)
    web.run_app(app, host="127.0.0.1", port=port, print=_tell, shutdown_timeout=1)


def _tell(*_: object) -> None:
    print("ready", flush=True)


async def _live(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for asked in socket:
        command = json.loads(asked.data)
        if command["do"] != "send":
            continue  # an acknowledgement
        question = {"role": "user", "content": command["text"]}
        body = {"model": "bench", "stream": True, "messages": [question]}
        async with request.app[_MODEL].post("/v1/chat/completions", json=body) as reply:
            async for line in reply.content:
                if line.startswith(b"data: {"):
                    await socket.send_str(f'["f",{line[6:-1].decode()}]')
        await socket.send_str(_SETTLED)
    return socket


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
