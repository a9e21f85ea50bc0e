"""By whose clock a page tells times: that of whoever looks at it, staff too."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from conversations.database import AWAY
from tools.zones import zone_of

Respond = Callable[[HttpRequest], HttpResponse]


def their_clock(respond: Respond) -> Respond:
    """Show times in the zone of the person who is signed in."""

    def shown(request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone_for(request)):
            return respond(request)

    return shown


def _zone_for(request: HttpRequest) -> ZoneInfo:
    try:
        return zone_of(request.user)
    except AWAY:
        return zone_of()  # the page itself will say that the database is away
