"""What the demo model is asked, read from the request's body, or the sentence with which it is refused."""

import json
from typing import Any

from conversations.engine.values import (
    Answer,
    Call,
    Choice,
    Item,
    Json,
    OfferedTool,
    Question,
    Reply,
    Request,
)

from .refusing import Refusal, history_problem, tools_problem

__all__ = ["Refusal", "read_body", "read_request"]


def read_body(content: bytes) -> Json | Refusal:
    """Parse the body; anything but a JSON object of sound text is refused."""
    try:
        body = json.loads(content)
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return Refusal("We could not parse the JSON body of your request.")
    if not isinstance(body, dict):
        return Refusal("The body of your request must be a JSON object.")
    return body


def read_request(body: Json) -> Request | Refusal:
    """Turn the body into the engine's value; a provider's rules for histories and tools are kept."""
    problem = _shape_problem(body) or history_problem(body["messages"]) or tools_problem(body)
    if problem:
        return problem
    messages: list[Json] = body["messages"]
    return Request(
        instructions="\n\n".join(_text(m) for m in messages if m["role"] in ("system", "developer")),
        items=_items(messages),
        tools=tuple(_tool(tool["function"]) for tool in body.get("tools") or ()),
        choice=_choice(body.get("tool_choice")),
    )


def _shape_problem(body: Json) -> Refusal | None:
    if not isinstance(body.get("model"), str) or not body["model"]:
        return Refusal("You must provide a model parameter.", param="model")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        return Refusal("'messages' must be a list with at least one message.", param="messages")
    if body.get("stream") is not True:
        return Refusal('The demo model only streams: ask with "stream": true.', param="stream")
    if not isinstance(body.get("stream_options") or {}, dict):
        return Refusal("'stream_options' must be an object.", param="stream_options")
    return None


def _items(messages: list[Json]) -> tuple[Item, ...]:
    items: list[Item] = []
    names: dict[str, str] = {}
    for message in messages:
        match message["role"]:
            case "user":
                items.append(Question(_text(message)))
            case "assistant":
                reply = Reply(text=_text(message), calls=_calls(message))
                names |= {call.provider_id: call.name for call in reply.calls}
                items.append(reply)
            case "tool":
                call_id = message["tool_call_id"]
                items.append(Answer(call_id, names[call_id], _text(message)))
    return tuple(items)


def _text(message: Json) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n\n".join(part.get("text") or "" for part in content)


def _calls(message: Json) -> tuple[Call, ...]:
    written = message.get("tool_calls") or ()
    return tuple(
        Call(position, call["id"], call["function"]["name"], call["function"]["arguments"])
        for position, call in enumerate(written)
    )


def _tool(function: dict[str, Any]) -> OfferedTool:
    return OfferedTool(
        name=function["name"],
        description=function.get("description") or "",
        parameters=function.get("parameters") or {},
        strict=bool(function.get("strict")),
    )


def _choice(chosen: Any) -> Choice:
    if isinstance(chosen, dict):
        return Choice("tool", chosen["function"]["name"])
    return Choice(chosen) if chosen else Choice()
