"""The columns that count what is in a row, for the lists whose rows hold calls."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from .reading import ReadingAdmin


class CountingAdmin(ReadingAdmin):
    """`facts.counted` and `facts.add_tokens` give a row the numbers that are shown here."""

    @admin.display(description="Tool calls", ordering="calls")
    def call_count(self, row: Any) -> int:
        return int(row.calls)

    @admin.display(description="Errors", ordering="errors")
    def error_count(self, row: Any) -> int:
        return int(row.errors)

    @admin.display(description="Tokens")
    def tokens(self, row: Any) -> int:
        return int(row.tokens)
