"""Where staff say what one person may ask for, otherwise than the settings say for all."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import Allowance
from ..models.allowance import usual_limits


@admin.register(Allowance)
class AllowanceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django subscripts it in stubs only
    """A row holds from the next message on; taking it away gives the person the usual limits again."""

    list_display = ["person", "running_turns", "queued_turns", "messages_a_minute"]
    list_select_related = ["person"]
    search_fields = ["person__username"]
    autocomplete_fields = ["person"]
    fields = ["person", "running", "queued", "per_minute"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The person is the row's key: changed, it would become a second row.
        return ["person"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        usual = usual_limits()
        for name in ("running", "queued", "per_minute"):
            if field := form.base_fields.get(name):
                field.help_text = f"Empty means the usual {getattr(usual, name)}."
        return form

    @admin.display(description="Running turns", ordering="running")
    def running_turns(self, row: Allowance) -> str:
        return _said(row.running, usual_limits().running)

    @admin.display(description="Queued turns", ordering="queued")
    def queued_turns(self, row: Allowance) -> str:
        return _said(row.queued, usual_limits().queued)

    @admin.display(description="Messages a minute", ordering="per_minute")
    def messages_a_minute(self, row: Allowance) -> str:
        return _said(row.per_minute, usual_limits().per_minute)


def _said(own: int | None, usual: int) -> str:
    return f"{usual} as usual" if own is None else str(own)
