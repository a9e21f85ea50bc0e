"""A conversation as the wire's messages: every call answered once, roles in turn, arguments always JSON."""

import json
import re
from collections.abc import Iterable
from itertools import takewhile

from conversations.engine.values import Answer, Call, Item, Json, Question, Reply
from conversations.llm.characters import clean, clean_json
from conversations.llm.wire.braces import json_object
from conversations.llm.wire.details import merged

# Told where a call was begun and its answer never kept, so that the history is sendable all the same.
INTERRUPTED = json.dumps(
    {"error": {"kind": "interrupted", "message": "The call was interrupted; its outcome is unknown."}}
)


def messages(items: tuple[Item, ...], *, server: str = "") -> list[Json]:
    """Return the messages for `items`, without the system message."""
    sent: list[Json] = []
    for at, item in enumerate(items):
        if isinstance(item, Question):
            _append(sent, {"role": "user", "content": clean(item.text)})
        elif isinstance(item, Reply):
            for message in _reply(item, _answers(items[at + 1 :]), server=server):
                _append(sent, message)
    return sent


def _answers(following: Iterable[Item]) -> dict[str, str]:
    """Collect what the calls of a reply were answered, until the next reply; the first answer counts."""
    found: dict[str, str] = {}
    for item in takewhile(lambda item: not isinstance(item, Reply), following):
        if isinstance(item, Answer):
            found.setdefault(item.provider_id, item.content)
    return found


def _reply(reply: Reply, answers: dict[str, str], *, server: str) -> list[Json]:
    """Return a reply and the answers to its calls; nothing where nothing of it can be sent."""
    ours = reply.extras.get("server", "") == server
    calls = [call for call in reply.calls if call.complete]
    text = clean(reply.text or reply.refusal)
    if not calls:
        return [{"role": "assistant", "content": text}] if text else []
    message: Json = {"role": "assistant", "content": text or None}
    message["tool_calls"] = [_call(call, ours=ours) for call in calls]
    if ours:
        message.update(_extras(reply))
    return [message, *(_answer(call, answers) for call in calls)]


def _call(call: Call, *, ours: bool) -> Json:
    sent: Json = {
        "id": call.provider_id,
        "type": "function",
        "function": {"name": _name(call.name), "arguments": _arguments(call.arguments)},
    }
    return {**sent, **call.extras} if ours else sent


def _name(written: str) -> str:
    """Send a name that the API accepts: one that a model made up would have every later request refused."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", written)[:64] or "unnamed"


def _arguments(written: str) -> str:
    """Send arguments as written if they are an object; a server may answer 500 for ever to anything else."""
    value = json_object(written)
    if value is None:
        return "{}"
    cleaned = clean_json(value)
    return clean(written) if cleaned == value else json.dumps(cleaned, ensure_ascii=False)


def _extras(reply: Reply) -> Json:
    """Return what the server wants back with calls: DeepSeek refuses a history without its reasoning."""
    extras: Json = {}
    if reply.extras.get("reasoning_field") == "reasoning_content":
        extras["reasoning_content"] = clean(reply.reasoning)
    if reply.extras.get("reasoning_details"):
        extras["reasoning_details"] = merged(reply.extras["reasoning_details"])
    if reply.extras.get("extra_content"):
        extras["extra_content"] = reply.extras["extra_content"]
    return extras


def _answer(call: Call, answers: dict[str, str]) -> Json:
    content = answers.get(call.provider_id, INTERRUPTED)
    return {"role": "tool", "tool_call_id": call.provider_id, "content": clean(content)}


def _append(sent: list[Json], message: Json) -> None:
    """Append a message; two of one role become one, because chat templates demand that roles alternate."""
    last = sent[-1] if sent else {}
    if last.get("role") == message["role"] != "tool" and "tool_calls" not in last:
        before = last["content"]
        message = {
            **message,
            "content": f"{before}\n\n{message['content']}" if message["content"] else before,
        }
        sent.pop()
    sent.append(message)
