"""How files under /static/ are named and sent."""

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

from chatsite import styles

VERSION = "v"  # the query's name
FOR_EVER = "max-age=315360000, public, immutable"


class DatedFiles(StaticFilesStorage):
    """Files as they lie there, named with the millisecond of their last change, as far as three days tell it.

    So a browser asks for each of the page's fifty only once, and for a changed one again.
    """

    def url(self, name: str | None) -> str:
        address = super().url(name)
        path = _found(name) if name else None
        if path is None:
            return address
        changed = path.stat().st_mtime_ns // 1_000_000 & 0xFFFFFFF  # short, for a page names its icons often
        return f"{address}?{VERSION}={changed:x}"


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise with whole bodies: under ASGI, Django warns of file iterators, and reads them at once."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        if VERSION in request.GET:
            response["Cache-Control"] = FOR_EVER
        return response


def _found(name: str) -> Path | None:
    return (
        styles.joined() if name == styles.NAME else _lying(name)
    )  # the one that is made changes with its parts


@cache
def _lying(name: str) -> Path | None:
    path = finders.find(name)
    return Path(path) if path else None
