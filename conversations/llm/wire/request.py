"""The body of a Chat Completions request, made of the engine's values so that any server accepts it."""

from collections.abc import Mapping
from typing import Any

from conversations.engine.values import Choice, Json, OfferedTool, Request
from conversations.llm.characters import clean, clean_json
from conversations.llm.wire.history import messages


def body(
    request: Request,
    *,
    model: str,
    include_usage: bool = True,
    null_content: bool = True,
    server: str = "",
) -> Json:
    """Return the JSON body; what a reply carries for its own server only goes back to that `server`.

    Calls without a word beside them have null for their text, or "" where that is refused.
    """
    system = [{"role": "system", "content": clean(request.instructions)}] if request.instructions else []
    said = messages(request.items, server=server)
    if not null_content:
        said = [{**message, "content": message["content"] or ""} for message in said]
    sent: Json = {"model": model, "messages": [*system, *said]}
    if request.tools:
        sent["tools"] = [_tool(tool) for tool in request.tools]
        sent["tool_choice"] = _choice(request.choice)
    sent["stream"] = True
    if include_usage:
        sent["stream_options"] = {"include_usage": True}
    return sent


def _tool(tool: OfferedTool) -> Json:
    function: dict[str, Any] = {
        "name": tool.name,
        "description": clean(tool.description),
        "parameters": clean_json(_plain(tool.parameters)),
    }
    if tool.strict:
        function["strict"] = True
    return {"type": "function", "function": function}


def _choice(choice: Choice) -> str | Json:
    if choice.mode == "tool":
        return {"type": "function", "function": {"name": choice.name}}
    return choice.mode


def _plain(schema: Mapping[str, Any]) -> Json:
    """A schema without properties is refused by OpenAI and by llama.cpp's grammar alike."""
    return {"type": "object", "properties": {}, **schema}
