"""What a provider refuses to read: malformed messages, histories with a hole, tools that do not fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conversations.engine.values import Json

ROLES = ("system", "developer", "user", "assistant", "tool")
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TOOLS_LIMIT = 128


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is answered with 400."""

    message: str
    code: str | None = None
    param: str | None = None


def history_problem(messages: list[Any]) -> Refusal | None:
    """Find the first message that a provider would not take."""
    for number, message in enumerate(messages):
        sentence = _message_problem(message)
        if sentence:
            return Refusal(f"messages[{number}]: {sentence}", param=f"messages[{number}]")
    return next(_holes(messages), None)


def tools_problem(body: Json) -> Refusal | None:
    """Find what is wrong with the tools and the choice among them."""
    tools, choice = body.get("tools"), body.get("tool_choice")
    if tools is None:
        return choice and Refusal(
            "'tool_choice' is only allowed when 'tools' are specified.", param="tool_choice"
        )
    if not isinstance(tools, list) or not 0 < len(tools) <= TOOLS_LIMIT:
        return Refusal(f"'tools' must be a list of 1 to {TOOLS_LIMIT} tools.", param="tools")
    for number, tool in enumerate(tools):
        sentence = _tool_problem(tool)
        if sentence:
            return Refusal(f"tools[{number}]: {sentence}", param=f"tools[{number}]")
    return _choice_problem(choice, {tool["function"]["name"] for tool in tools})


def _message_problem(message: Any) -> str:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        return f"a message is an object whose role is one of {', '.join(ROLES)}."
    if not _is_content(message.get("content")):
        return "content must be a string, a list of parts or null."
    if message["role"] == "assistant":
        return _reply_problem(message)
    if message.get("content") is None:
        return "content is missing."
    if message["role"] == "tool" and not isinstance(message.get("tool_call_id"), str):
        return "a tool message needs a tool_call_id."
    return ""


def _is_content(content: Any) -> bool:
    if isinstance(content, list):
        return all(isinstance(part, dict) and isinstance(part.get("text", ""), str) for part in content)
    return content is None or isinstance(content, str)


def _reply_problem(message: Json) -> str:
    calls = message.get("tool_calls")
    if calls is None:
        return (
            "" if message.get("content") is not None else "an assistant message needs content or tool_calls."
        )
    if not isinstance(calls, list) or not calls or not all(map(_is_call, calls)):
        return "tool_calls must be a list of calls with an id, a function's name and arguments as a string."
    if len({call["id"] for call in calls}) < len(calls):
        return "two calls have the same id."
    return ""


def _is_call(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return False
    return all(
        isinstance(text, str) for text in (call.get("id"), function.get("name"), function.get("arguments"))
    )


def _holes(messages: list[Json]) -> Iterator[Refusal]:
    open_calls: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                yield Refusal(
                    "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'; "
                    f"nothing asked for {message['tool_call_id']}."
                )
                return
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            break
        open_calls = [call["id"] for call in message.get("tool_calls") or ()]
    if open_calls:
        yield Refusal(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. These have no answer: {', '.join(open_calls)}."
        )


def _tool_problem(tool: Any) -> str:
    function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
    if not isinstance(function, dict):
        return 'a tool is an object of type "function" with a function.'
    if not isinstance(function.get("name"), str) or not TOOL_NAME.fullmatch(function["name"]):
        return f"a function's name must match {TOOL_NAME.pattern}."
    if not isinstance(function.get("description") or "", str):
        return "a function's description must be a string."
    parameters = function.get("parameters") or {}
    if not isinstance(parameters, dict) or not isinstance(parameters.get("properties", {}), dict):
        return "a function's parameters must be a JSON Schema object."
    return ""


def _choice_problem(choice: Any, names: set[str]) -> Refusal | None:
    if choice in (None, "auto", "none", "required"):
        return None
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if name in names:
        return None
    return Refusal(
        f"tool_choice asks for {name or choice!r}, which is not among the tools.", param="tool_choice"
    )
