"""How staff find a row: by title, text, tool, request id, person, or its own id."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

from ..models import Conversation, Message, ToolCall
from .places import PLACES

LONGEST_ID = 18  # digits; a larger number fits no database's ids


def found(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Keep the rows that have every word, each anywhere; words in quotation marks stay together.

    Subqueries, not joins: messages and calls of one conversation would multiply each other.
    """
    for bit in smart_split(words):
        quoted = bit[0] in "\"'" and bit[0] == bit[-1] and len(bit) > 1
        rows = rows.filter(_has(rows.model, unescape_string_literal(bit) if quoted else bit))
    return rows


def _has(model: type[Any], word: str) -> Q:
    place = PLACES[model]
    messages = Message.objects.filter(Q(text__icontains=word) | Q(request_id=word))
    calls = ToolCall.objects.filter(Q(name__icontains=word) | Q(arguments_written__icontains=word))
    return (
        Q(**{f"{place.title}__icontains": word})
        | Q(**{f"{place.person}__username__icontains": word})
        | Q(pk__in=messages.values(place.from_message))
        | Q(pk__in=calls.values(place.from_call))
        | _is(model, word)
    )


def _is(model: type[Any], word: str) -> Q:
    if model is not Conversation:
        return Q(pk=int(word)) if word.isdecimal() and len(word) <= LONGEST_ID else Q()
    with contextlib.suppress(ValueError):
        return Q(pk=UUID(word))
    return Q()
