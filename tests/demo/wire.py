"""The real SDK on top of a demo transport."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openai
from openai import AsyncStream

from conversations.engine.values import Json, OfferedTool
from conversations.llm.demo import AT_ONCE, DemoTransport


@asynccontextmanager
async def sdk(transport: DemoTransport, *, timeout: float = 60) -> AsyncIterator[openai.AsyncOpenAI]:
    """Give a client that speaks to the transport, and never asks twice."""
    http = openai.DefaultAsyncHttpx2Client(transport=transport)
    async with openai.AsyncOpenAI(
        api_key="none", base_url="http://demo/v1", http_client=http, max_retries=0, timeout=timeout
    ) as client:
        yield client


def body(*messages: Json | str, tools: tuple[OfferedTool, ...] = (), **fields: Any) -> Json:
    """Build a request's body; plain strings are the person's."""
    written = [{"role": "user", "content": m} if isinstance(m, str) else m for m in messages]
    offers = [{"type": "function", "function": _function(tool)} for tool in tools]
    return {"model": "m", "messages": written, **({"tools": offers} if offers else {}), **fields}


async def stream(client: openai.AsyncOpenAI, request: Json) -> AsyncStream[object]:
    """Open a stream of plain chunks."""
    return await client.post(
        "/chat/completions",
        body={**request, "stream": True},
        cast_to=object,
        stream=True,
        stream_cls=AsyncStream[object],
    )


async def chunks(transport: DemoTransport, request: Json) -> list[Any]:
    """Ask once and hear the answer out."""
    async with sdk(transport) as client, await stream(client, request) as opened:
        return [chunk async for chunk in opened]


async def reply(request: Json, *, timeout: float = 60) -> Json:
    """Ask the demo model itself, and add its deltas up into one message."""
    async with sdk(DemoTransport(pacing=AT_ONCE), timeout=timeout) as client:
        async with await stream(client, request) as opened:
            return added_up([chunk async for chunk in opened])


def added_up(parts: list[Any]) -> Json:
    """Add deltas up into {text, reasoning, refusal, calls: [(name, arguments)], finish}."""
    total: Json = {"text": "", "reasoning": "", "refusal": "", "calls": [], "finish": None}
    for choice in (choice for part in parts for choice in part["choices"]):
        delta = choice["delta"]
        total["text"] += delta.get("content") or ""
        total["reasoning"] += delta.get("reasoning_content") or ""
        total["refusal"] += delta.get("refusal") or ""
        total["finish"] = choice["finish_reason"] or total["finish"]
        for call in delta.get("tool_calls") or ():
            if "id" in call:
                total["calls"].append((call["function"]["name"], ""))
            name, arguments = total["calls"][call["index"]]
            total["calls"][call["index"]] = (name, arguments + call["function"]["arguments"])
    return total


def _function(tool: OfferedTool) -> Json:
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
