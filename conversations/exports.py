"""The whole trace of a conversation as one document; docs/export.md describes every field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from .live.window import dress
from .models import Conversation, Message, ToolCall, Turn

VERSION = 1


def export(conversation: Conversation) -> dict[str, Any]:
    """Return all turns, those on branches not shown too."""
    ids = list(conversation.turns.order_by("pk").values_list("pk", flat=True))
    return {
        "version": VERSION,
        "conversation": {
            "id": str(conversation.pk),
            "title": conversation.title,
            "person": conversation.person.get_username(),
            "created_at": _time(conversation.created_at),
            "head": conversation.head_id,
        },
        "turns": [turn_document(turn) for turn in dress(ids)],
    }


def turn_document(turn: Turn) -> dict[str, Any]:
    """Return one dressed turn."""
    return {
        "id": turn.pk,
        "parent": turn.parent_id,
        "state": turn.state,
        "ending": turn.ending,
        "detail": turn.detail,
        "tool_choice": turn.tool_choice,
        "attempt": turn.attempt,
        "created_at": _time(turn.created_at),
        "started_at": _time(turn.started_at),
        "ended_at": _time(turn.ended_at),
        "messages": [
            _message(message) for message in ([turn.question] if turn.question else []) + turn.replies
        ],
    }


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
        "usage": message.usage,
        "tool_choice": message.tool_choice,
        "tools_offered": message.offered,
        "tools_left_out": message.left_out,
        "results_shortened": message.shortened,
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
        "result": _parsed(call.result) if call.result_format == "json" else call.result,
        "result_format": call.result_format,
        "told": call.answer,
        "error": _error(call.error_code, call.error_message),
        "times": {
            "first_delta": _time(call.first_delta_at),
            "written": _time(call.written_at),
            "started": _time(call.started_at),
            "ended": _time(call.ended_at),
        },
    }


def _error(code: str, message: str) -> dict[str, str] | None:
    return {"code": code, "message": message} if code else None


def _parsed(text: str) -> Any:
    """Return what the text says as JSON, None where it says nothing that is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
