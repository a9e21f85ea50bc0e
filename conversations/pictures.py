"""The pictures of a call, for its person and for staff who may see everything."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from .models import CallPicture

KINDS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
A_DAY = 24 * 3600  # a picture never changes; whoever loses the right to see it may have kept it anyway


@login_required
@require_GET
def picture(request: HttpRequest, call_id: int, position: int) -> HttpResponse:
    """Give one picture in a way in which nothing in it can run."""
    may_see = Q(call__conversation__person=request.user.pk, call__conversation__deleted_at=None)
    if request.user.has_perms(["conversations.view_conversation", "conversations.view_unmasked"]):
        may_see = Q()
    found = get_object_or_404(CallPicture.objects.filter(may_see), call=call_id, position=position)
    kind = found.kind if found.kind in KINDS else "application/octet-stream"
    response = HttpResponse(bytes(found.content), content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={A_DAY}, immutable"
    return response
