"""Conversations for staff: the list, and each one as its person sees it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..live.window import dress
from ..masking import masked
from ..models import Conversation, Turn
from ..models.path import path_to
from ..templatetags.clocks import duration
from . import facts
from .counting import CountingAdmin
from .discretion import conceal as conceal_turns
from .filters import DurationFilter, ErrorFilter, OriginFilter, PersonFilter, ToolFilter, TurnStateFilter
from .reading import head_of, moment

TURNS_AT_ONCE = 50  # a record is read from end to end, so more than the page shows at first


@admin.register(Conversation)
class ConversationAdmin(CountingAdmin):
    """Deleted ones too: deleting takes a conversation off its person's list, and that is all."""

    list_display = [
        "named",
        "person",
        "when",
        "turn_count",
        "call_count",
        "error_count",
        "tokens",
        "longest",
    ]
    list_display_links = ["named"]
    list_filter = [
        ToolFilter,
        TurnStateFilter,
        ErrorFilter,
        DurationFilter,
        OriginFilter,
        ("deleted_at", admin.EmptyFieldListFilter),
        PersonFilter,
    ]
    list_select_related = ["person"]
    date_hierarchy = "active_at"

    def get_queryset(self, request: HttpRequest) -> Any:
        turns = Turn.objects.exclude(state=Turn.State.WITHDRAWN)
        rows = facts.counted(super().get_queryset(request).select_related("person"))
        return rows.annotate(turn_total=facts.number_of(turns, "conversation"), took=facts.longest_turn())

    def make_ready(self, rows: list[Any], *, conceal: bool) -> None:
        facts.add_tokens(rows)
        for row in rows:
            row.title = masked(row.title) if conceal else row.title

    def record(self, request: HttpRequest, row: Conversation) -> HttpResponse:
        """Show a branch: the one that ends in `?turn=`, or else the one that its person is shown."""
        context = head_of(request, row)
        self.make_ready([row], conceal=context["concealed"])
        ids = path_to(_end_of_branch(row, request.GET.get("turn", "")), limit=TURNS_AT_ONCE + 1)
        turns = dress(ids[-TURNS_AT_ONCE:])
        if context["concealed"]:
            conceal_turns(turns)
        earlier = ids[-TURNS_AT_ONCE - 1] if len(ids) > TURNS_AT_ONCE else None
        whole = not turns or turns[-1].pk == row.head_id
        context |= {"turns": turns, "earlier": earlier, "whole": whole}
        return render(request, "admin/conversations/conversation.html", context)

    @admin.display(description="Last active", ordering="active_at")
    def when(self, row: Any) -> str:
        return moment(row.active_at)

    @admin.display(description="Conversation", ordering="title")
    def named(self, row: Conversation) -> str:
        return f"{row} (deleted)" if row.deleted_at else str(row)

    @admin.display(description="Turns", ordering="turn_total")
    def turn_count(self, row: Any) -> int:
        return int(row.turn_total)

    @admin.display(description="Longest turn", ordering="took")
    def longest(self, row: Any) -> str:
        return duration(row.took.total_seconds()) if row.took else ""


def _end_of_branch(conversation: Conversation, wanted: str) -> int | None:
    if wanted.isdecimal() and conversation.turns.filter(pk=wanted).exists():
        return int(wanted)
    return conversation.head_id
