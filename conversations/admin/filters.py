"""By what staff narrow a list down: tool, state, person, kind of error, duration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from ..models import Message, ToolCall, Turn
from .places import PLACES

Choices = list[tuple[str, str]]
MOST_PEOPLE = 200  # a longer list helps nobody; the search finds the others
SPANS = {
    "blink": ("Under 1 s", timedelta(0), timedelta(seconds=1)),
    "moment": ("1 to 10 s", timedelta(seconds=1), timedelta(seconds=10)),
    "while": ("10 s to 1 min", timedelta(seconds=10), timedelta(minutes=1)),
    "long": ("Over 1 min", timedelta(minutes=1), timedelta.max),
}


class ToolFilter(SimpleListFilter):
    """Rows in which this tool was called."""

    title = "tool"
    parameter_name = "tool"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        names = ToolCall.objects.exclude(name="").order_by("name").values_list("name", flat=True).distinct()
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not (name := self.value()):
            return rows
        calls = ToolCall.objects.filter(name=name)
        return rows.filter(pk__in=calls.values(PLACES[rows.model].from_call))


class ErrorFilter(SimpleListFilter):
    """Rows in which a call of a tool or of the model ended with this kind of error."""

    title = "kind of error"
    parameter_name = "error"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        codes = ToolCall.objects.exclude(error_code="").order_by().values_list("error_code", flat=True)
        if model_admin.model is not ToolCall:
            of_replies = Message.objects.exclude(error_code="").order_by()
            codes = codes.union(of_replies.values_list("error_code", flat=True))
        return [(code, code.replace("_", " ")) for code in sorted(set(codes))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not (code := self.value()):
            return rows
        if rows.model is ToolCall:
            return rows.filter(error_code=code)
        place = PLACES[rows.model]
        calls, replies = (model.objects.filter(error_code=code) for model in (ToolCall, Message))
        return rows.filter(
            Q(pk__in=calls.values(place.from_call)) | Q(pk__in=replies.values(place.from_message))
        )


class OriginFilter(SimpleListFilter):
    """Conversations that a person leads, or texts of extractions, of which there may be a hundred at once."""

    title = "origin"
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [("chat", "Chat"), ("extraction", "Extraction")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("chat", "extraction"):
            return rows
        return rows.filter(extracted__isnull=self.value() == "chat")


class TurnStateFilter(SimpleListFilter):
    """Conversations that have a turn in this state."""

    title = "state of a turn"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(value, str(label)) for value, label in Turn.State.choices]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not (state := self.value()):
            return rows
        return rows.filter(pk__in=Turn.objects.filter(state=state).values(PLACES[rows.model].from_turn))


class PersonFilter(SimpleListFilter):
    """Rows of one person."""

    title = "person"
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        people = get_user_model()._default_manager.filter(conversations__isnull=False).distinct()
        return [
            (str(person.pk), person.get_username()) for person in people.order_by("username")[:MOST_PEOPLE]
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or ""
        return rows.filter(**{PLACES[rows.model].person: chosen}) if chosen.isdecimal() else rows


class DurationFilter(SimpleListFilter):
    """Rows whose `took` lies in a span."""

    title = "duration"
    parameter_name = "took"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(key, label) for key, (label, _, _) in SPANS.items()]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if (chosen := self.value()) not in SPANS:
            return rows
        _, least, most = SPANS[chosen]
        rows = rows.filter(took__gte=least)
        return rows if most == timedelta.max else rows.filter(took__lt=most)


class WordFilter(SimpleListFilter):
    """Rows whose field holds this word; Django's own filter would offer the empty one too, without a name."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        field = self.parameter_name or ""
        words = model_admin.model._default_manager.exclude(**{field: ""}).order_by(field)
        return [(word, word.replace("_", " ")) for word in words.values_list(field, flat=True).distinct()]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(**{self.parameter_name or "": word}) if (word := self.value()) else rows


class EndingFilter(WordFilter):
    """Turns that ended for this reason."""

    title = parameter_name = "ending"


class SourceFilter(WordFilter):
    """Calls of tools that come from here."""

    title = parameter_name = "source"
