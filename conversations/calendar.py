"""The page on which a person sees, removes and imports what is in their calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from tools import ToolContext, ToolError
from tools.builtin.calendar.importing import MAX_FILE_BYTES, TOO_LARGE, Imported, import_file
from tools.builtin.calendar.telling import when
from tools.models import CalendarEvent

from .views import beside

COMING, OVER, FILES, LEFT_OUT = 200, 50, 50, 50  # shown at once; what is beyond is counted


@dataclass(frozen=True, slots=True)
class Line:
    """One event, and when it is in words."""

    event: CalendarEvent
    when: str


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def import_events(request: HttpRequest) -> HttpResponse:
    """Take a file in, and say what of it was left out."""
    context = _context(request)
    try:
        imported = import_file(context.person.pk, *_uploaded(request), zone=context.time_zone)
    except ToolError as refusal:
        messages.error(request, str(refusal))
        return redirect("calendar")
    count = f"{imported.count} event{'' if imported.count == 1 else 's'}"
    messages.success(request, f"{count} imported.")
    return _page(request, imported) if imported.left_out else redirect("calendar")


@login_required
@require_POST
def remove_event(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(_theirs(request), pk=event_id)
    event.delete()
    messages.success(request, f"Removed: {event.title}")
    return redirect("calendar")


@login_required
@require_POST
def remove_file(request: HttpRequest) -> HttpResponse:
    """Remove all events that came with one file."""
    name = request.POST.get("file", "")
    count, _ = _theirs(request).exclude(file="").filter(file=name.replace("\0", "")).delete()
    messages.success(request, f"Removed: {count} event{'' if count == 1 else 's'}")
    return redirect("calendar")


def _page(request: HttpRequest, imported: Imported | None = None) -> HttpResponse:
    context = _context(request)
    coming = CalendarEvent.coming(context.person.pk, context.now)
    left_out = imported.left_out if imported else ()
    shown: dict[str, Any] = {
        "zone": context.time_zone.key,
        "coming": _lines(coming[:COMING], context),
        "coming_more": max(0, coming.count() - COMING),
        "over": _lines(CalendarEvent.over(context.person.pk, context.now)[:OVER], context),
        "files": _theirs(request)
        .exclude(file="")
        .values("file")
        .annotate(count=Count("pk"))
        .order_by("file")[:FILES],
        "left_out": left_out[:LEFT_OUT],
        "left_out_more": max(0, len(left_out) - LEFT_OUT),
        **beside(request),
    }
    return render(request, "calendar/calendar.html", shown)


def _lines(events: Any, context: ToolContext) -> list[Line]:
    return [Line(event, when(event, context.time_zone)) for event in events]


def _uploaded(request: HttpRequest) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise ToolError("No file was chosen.")
    if (file.size or 0) > MAX_FILE_BYTES:
        raise ToolError(TOO_LARGE)
    return file.name or "calendar.ics", file.read()


def _context(request: HttpRequest) -> ToolContext:
    return ToolContext.for_person(cast(AbstractUser, request.user))


def _theirs(request: HttpRequest) -> Any:
    return CalendarEvent.objects.filter(person_id=request.user.pk)
