"""What the lists and pages have in common: staff read, and change nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from ..models import Conversation
from .discretion import sees_all
from .search import found


class Listed(ChangeList):
    """A page of the list, whose rows are made ready all at once: by so many queries, however many rows."""

    model_admin: ReadingAdmin

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Any] = list(self.result_list)
        self.model_admin.make_ready(self.result_list, conceal=not sees_all(request))


class ReadingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django subscripts it in stubs only
    """One permission, to view conversations, opens all that is in them; none opens a way to change it."""

    actions = None
    list_per_page = 50
    show_full_result_count = False  # it would count the whole table on every page
    search_fields = ["pk"]  # any name shows the box; `found` does the finding

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("conversations.view_conversation")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Listed]:
        return Listed

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return found(queryset, search_term), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the record of one row in place of Django's form."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        return self.record(request, row)

    def make_ready(self, rows: list[Any], *, conceal: bool) -> None:
        """Give the rows of a list what is not in their query, and mask what is to be masked."""
        raise NotImplementedError

    def record(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Show one row with all that belongs to it."""
        raise NotImplementedError


def head_of(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """Return what the head of every record shows."""
    concealed = not sees_all(request)
    return {"readonly": True, "conversation": conversation, "concealed": concealed, "page": "record"}


def moment(at: datetime) -> str:
    """Write a moment as the records do; the admin's own form takes twice the room."""
    return date_format(timezone.localtime(at), "j M Y, H:i")
