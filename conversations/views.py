"""The pages, and what they fetch beside the socket."""

from __future__ import annotations

import json
import uuid
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from tools.registry import registry
from tools.toolbox import in_menu, settings_for, usable

from .exports import export
from .extraction.definitions import choices
from .extraction.models import Text
from .live import fragments
from .live.window import load
from .models import Conversation, Exchange, Grant, Shelf, Turn
from .prompts import prompts
from .rendering.shorthand import SHORTHAND

TOOLS_AT_ONCE = 50
LISTED = 100  # conversations in the list; older ones are found by their title


@login_required
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Show the page of a conversation that does not exist yet; its first message makes it."""
    return _page(request, Conversation(pk=uuid.uuid4(), person_id=_person_id(request)))


@login_required
@require_GET
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    return _page(request, _theirs(request, conversation_id))


@login_required
@require_GET
def older(request: HttpRequest, conversation_id: UUID) -> JsonResponse:
    """Give the turns before `?before=<turn>` as the same HTML that the page is made of."""
    found = _theirs(request, conversation_id)
    try:
        window = load(found.pk, before=int(request.GET.get("before", "")))
    except (ValueError, Turn.DoesNotExist) as error:
        raise Http404 from error
    html = {"transcript": fragments.transcript(window), "trace": fragments.trace(window)}
    return JsonResponse({**html, "more": window.more})


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Give the list of conversations as HTML, found by the words of `?q=`."""
    return render(request, "conversations/list.html", {"listings": _listed(request)})


@login_required
@require_GET
def export_json(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    found = _theirs(request, conversation_id)
    response = JsonResponse(export(found), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="conversation-{found.pk}.json"'
    return response


@login_required
@require_GET
def raw(request: HttpRequest, message_id: int) -> JsonResponse:
    """Give the exact request and the raw response of one model call."""
    exchange = get_object_or_404(Exchange, pk=message_id, message__conversation__in=_all_theirs(request))
    return JsonResponse(
        {
            "status": exchange.status,
            "truncated": exchange.truncated,
            "request": json.loads(exchange.request) if exchange.request else None,
            "response": exchange.response.decode(errors="replace"),
        },
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )


@login_required
@require_GET
def tools_page(request: HttpRequest) -> HttpResponse:
    """Show the tools, `?q=` those with these words, `?page=` so many at once."""
    words = request.GET.get("q", "")[:200]
    page = Paginator(registry.search(words), TOOLS_AT_ONCE).get_page(request.GET.get("page"))
    shown = settings_for(cast(AbstractUser, request.user), tools=page.object_list)
    return render(
        request,
        "tools/tools.html",
        {**beside(request), "tools": shown, "page_of_tools": page, "words": words},
    )


@login_required
@require_GET
def tool_names(request: HttpRequest, conversation_id: UUID) -> JsonResponse:
    """Name tools that may be asked for in a conversation, found by the words of `?q=`."""
    off_here = Conversation.off_in(conversation_id) if _all_theirs(request).filter(pk=conversation_id) else []
    found = usable(cast(AbstractUser, request.user), off_here, request.GET.get("q", "")[:200])
    return JsonResponse({"tools": [{"name": tool.name, "title": tool.title} for tool in found]})


def _page(request: HttpRequest, shown: Conversation) -> HttpResponse:
    window = load(shown.pk)
    context = {
        "conversation": shown,
        "turns": window.turns,
        "transcript": fragments.transcript(window),
        "trace": fragments.trace(window),
        "more": window.more,
        "cursor": window.seq,
        "running": next((turn for turn in window.turns if turn.state in Turn.BUSY), None),
        "prompts": prompts(demo=settings.MODEL_IS_DEMO),
        "limit": settings.MESSAGE_LIMIT_CHARACTERS,
        "granted": Grant.fingerprints_in(shown.pk),
        "origin": Text.of(shown.pk),
        "shorthand": json.dumps(SHORTHAND),
        **beside(request, shown.tools_off),
    }
    return render(request, "conversations/page.html", context)


def beside(request: HttpRequest, off_here: list[str] | None = None) -> dict[str, Any]:
    """Return what every page shows; the cursor is read before what it stands for."""
    shelf = Shelf.seq_of(_person_id(request))
    person = cast(AbstractUser, request.user)
    return {
        "shelf": shelf,
        "tools": settings_for(person, off_here, tools=in_menu(person, off_here or ())),
        "extractions": choices(person.pk),
        "every_tool": len(registry.all()),
        "listings": _listed(request),
    }


def _listed(request: HttpRequest) -> list[Conversation]:
    found = Conversation.listed(_person_id(request))
    for word in request.GET.get("q", "").split():
        found = found.filter(title__icontains=word)
    return list(found[:LISTED])


def _theirs(request: HttpRequest, conversation_id: UUID) -> Conversation:
    return get_object_or_404(_all_theirs(request), pk=conversation_id)


def _all_theirs(request: HttpRequest) -> QuerySet[Conversation]:
    return Conversation.objects.filter(person=_person_id(request), deleted_at=None)


def _person_id(request: HttpRequest) -> int:
    return request.user.pk or 0
