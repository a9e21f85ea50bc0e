"""What a page says while the database is away: not that something broke, but what to wait for."""

import logging

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.deprecation import MiddlewareMixin

from conversations.database import AWAY

RETRY_SECONDS = 5

log = logging.getLogger(__name__)


class DatabaseAway(MiddlewareMixin):
    """Answers 503 where the database failed a page; the template asks nothing of it."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AWAY):
            return None
        log.error("%s could not be answered, for the database failed: %s", request.path, exception)
        page = loader.get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
