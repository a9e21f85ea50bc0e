"""The whole trace of a conversation as one document; docs/export.md describes every field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from tools.problems import Problem
from tools.written import MAX_DEPTH, read

from .live.window import dress
from .masking import masked_in
from .models import Conversation, Message, ToolCall, Turn

VERSION = 1


def export(conversation: Conversation) -> dict[str, Any]:
    """Return all turns, those on branches not shown and those taken back too."""
    ids = list(conversation.turns.order_by("pk").values_list("pk", flat=True))
    about = {
        "id": str(conversation.pk),
        "title": conversation.title,
        "person": conversation.person.get_username(),
        "created_at": _time(conversation.created_at),
        "active_at": _time(conversation.active_at),
        "deleted_at": _time(conversation.deleted_at),
        "head": conversation.head_id,
    }
    return {
        "version": VERSION,
        "exported_at": _time(timezone.now()),
        "conversation": masked_in(about),
        "turns": [turn_document(turn) for turn in dress(ids)],
    }


def turn_document(turn: Turn) -> dict[str, Any]:
    """Return one dressed turn, with tokens and card numbers masked."""
    messages = ([turn.question] if turn.question else []) + turn.replies
    document: dict[str, Any] = masked_in(
        {
            "id": turn.pk,
            "conversation": str(turn.conversation_id),
            "parent": turn.parent_id,
            "state": turn.state,
            "ending": turn.ending,
            "detail": turn.detail,
            "tool_choice": turn.tool_choice,
            "attempt": turn.beginnings,
            "waited_for_people": turn.parked,
            "created_at": _time(turn.created_at),
            "started_at": _time(turn.started_at),
            "stop_requested_at": _time(turn.stop_requested_at),
            "ended_at": _time(turn.ended_at),
            "messages": [_message(message) for message in messages],
        }
    )
    return document


def _message(message: Message) -> dict[str, Any]:
    common = {
        "id": message.pk,
        "role": message.role,
        "state": message.state,
        "text": message.text,
        "created_at": _time(message.created_at),
    }
    return common if message.role == Message.Role.USER else common | _reply(message)


def _reply(message: Message) -> dict[str, Any]:
    return {
        "reasoning": message.reasoning,
        "refusal": message.refusal,
        "finish_reason": message.finish_reason,
        "model": message.model,
        "request_id": message.request_id,
        "usage": _shallow(message.usage),
        "extras": _shallow(message.extras),
        "tool_choice": message.tool_choice,
        "tools_offered": message.offered,
        "tools_left_out": message.left_out,
        "routing": message.routing or None,
        "results_shortened": message.shortened,
        "attempt": message.nth,
        "error": _error(message.error_code, message.error_message),
        "first_token_at": _time(message.first_token_at),
        "ended_at": _time(message.ended_at),
        "tool_calls": [_tool_call(call) for call in message.calls],
    }


def _tool_call(call: ToolCall) -> dict[str, Any]:
    return {
        "id": call.pk,
        "provider_id": call.provider_id,
        "name": call.name,
        "source": call.source,
        "state": call.state,
        "arguments": {
            "written": call.arguments_written,
            "parsed": _parsed(call.arguments_written),
            "run": call.arguments_run,
        },
        "approval": _approval(call),
        "extras": _shallow(call.extras),
        "result": _result(call),
        "result_format": call.result_format,
        "told": call.answer,
        "pictures": call.pictures,
        "progress": call.progress,
        "error": _error(call.error_code, call.error_message),
        "times": {
            "first_delta": _time(call.first_delta_at),
            "written": _time(call.written_at),
            "started": _time(call.started_at),
            "ended": _time(call.ended_at),
        },
    }


def _approval(call: ToolCall) -> dict[str, Any] | None:
    approval = getattr(call, "approval", None)
    if approval is None:
        return None
    return {
        "why": approval.why,
        "decision": approval.decision,
        "decided_by": approval.decided_by.get_username() if approval.decided_by else "",
        "reason": approval.reason,
        "groups": list(approval.groups.values()),
        "proposed": _shallow(approval.arguments),
        "earlier": [_shallow(one) for one in approval.earlier],
        "asked_at": _time(approval.asked_at),
        "decided_at": _time(approval.decided_at),
        "expires_at": _time(approval.expires_at),
    }


def _error(code: str, message: str) -> dict[str, str] | None:
    return {"code": code, "message": message} if code else None


def _parsed(written: str) -> dict[str, Any] | None:
    """Read arguments as they are read before a call runs, None where they cannot be."""
    arguments = read(written)
    return None if isinstance(arguments, Problem) else arguments


def _result(call: ToolCall) -> Any:
    if call.result_format != "json":
        return call.result
    try:
        return _shallow(json.loads(call.result), otherwise=call.result)
    except (ValueError, RecursionError):  # longer or deeper than Python reads
        return call.result


def _shallow(value: Any, *, otherwise: Any = None) -> Any:
    """Return the value unless it is nested so deeply that writing it would overflow."""
    layer = [value]
    for _ in range(MAX_DEPTH):
        layer = [child for part in layer for child in _children(part)]
        if not layer:
            return value
    return otherwise


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
