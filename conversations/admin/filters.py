"""By what staff narrow a list down: tool, state, person, kind of error, duration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest

from tools.registry import registry

from ..models import Conversation, Message, ToolCall, Turn
from .places import PLACES

Choices = list[tuple[str, str]]
MOST = 200  # entries of a menu: a longer one helps nobody; the search finds the others
LATELY = (
    10_000  # rows whose words a menu offers: it is made for every page, and to read all rows takes seconds
)
SPANS = {
    "blink": ("Under 1 s", timedelta(0), timedelta(seconds=1)),
    "moment": ("1 to 10 s", timedelta(seconds=1), timedelta(seconds=10)),
    "while": ("10 s to 1 min", timedelta(seconds=10), timedelta(minutes=1)),
    "long": ("Over 1 min", timedelta(minutes=1), timedelta.max),
}


class MenuFilter(SimpleListFilter):
    """A filter by words: offers the first of those there are, and the one that is chosen."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        offered = sorted(self.words(model_admin.model))[:MOST]
        chosen = self.value()
        return [(word, self.label(word)) for word in sorted({*offered, *([chosen] if chosen else [])})]

    def words(self, model: type[Model]) -> set[str]:
        """Return what a list of these rows may be narrowed down to."""
        raise NotImplementedError

    def label(self, word: str) -> str:
        return word.replace("_", " ")


class ToolFilter(MenuFilter):
    """Rows in which this tool was called; a name that a model made up is found by the search."""

    title = "tool"
    parameter_name = "tool"

    def words(self, model: type[Model]) -> set[str]:
        return {tool.name for tool in registry.all()}

    def label(self, word: str) -> str:
        return word

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not (name := self.value()):
            return rows
        calls = ToolCall.objects.filter(name=name)
        return rows.filter(pk__in=calls.values(PLACES[rows.model].from_call))


class ErrorFilter(MenuFilter):
    """Rows in which a call of a tool or of the model ended with this kind of error."""

    title = "kind of error"
    parameter_name = "error"

    def words(self, model: type[Model]) -> set[str]:
        of_calls = _lately(ToolCall, "error_code")
        return of_calls if model is ToolCall else of_calls | _lately(Message, "error_code")

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
        theirs = Conversation.objects.filter(person=OuterRef("pk"))
        people = get_user_model()._default_manager.filter(Exists(theirs)).order_by("username")
        return [(str(person.pk), person.get_username()) for person in people[:MOST]]

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


class WordFilter(MenuFilter):
    """Rows whose field holds this word; Django's own filter would offer the empty one too, without a name."""

    def words(self, model: type[Model]) -> set[str]:
        return _lately(model, self.parameter_name or "")

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(**{self.parameter_name or "": word}) if (word := self.value()) else rows


class EndingFilter(WordFilter):
    """Turns that ended for this reason."""

    title = parameter_name = "ending"


class SourceFilter(WordFilter):
    """Calls of tools that come from here."""

    title = parameter_name = "source"


def _lately(model: type[Model], field: str) -> set[str]:
    """Return the words that the newest rows hold in a field."""
    rows = model._default_manager.order_by()
    newest = rows.order_by("-pk").values("pk")[:LATELY]
    words = rows.filter(pk__in=newest).exclude(**{field: ""}).order_by(field)
    return set(words.values_list(field, flat=True).distinct()[:MOST])
