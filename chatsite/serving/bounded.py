"""Daphne with a bound on what it takes in: by itself it keeps any body on disk before it asks anybody."""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from django.conf import settings

from chatsite.serving.body import STATUS, TITLE, sentence

PATIENCE = 16
"""So many times the limit is let in and thrown away: a browser reads no answer before it has sent it all."""


class BoundedServer(Server):  # type: ignore[misc]
    """Daphne's server, whose factory of requests is ours; it makes its own as it begins to run."""

    @property
    def http_factory(self) -> HTTPFactory:
        return self._factory

    @http_factory.setter
    def http_factory(self, _: HTTPFactory) -> None:
        self._factory = BoundedFactory(self)


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Makes each connection read its requests as `BoundedRequest`."""

    def buildProtocol(self, address: Any) -> Any:  # Twisted's name
        protocol = super().buildProtocol(address)
        protocol.requestFactory = BoundedRequest
        return protocol


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """A request that keeps nothing of a body that is too long, and answers so."""

    error_template = (
        '<!doctype html><html lang="en"><title>%(title)s</title><h1>%(title)s</h1><p>%(body)s</p>'
    )
    announced = taken = 0

    def gotLength(self, length: int | None) -> None:
        """Learn how long the body says it is: one that is too long gets no file to be kept in."""
        self.announced = length or 0
        super().gotLength(0 if self.is_too_long else length)

    def handleContentChunk(self, data: bytes) -> None:
        """Keep what comes, as long as it may be kept."""
        self.taken += len(data)
        if not self.is_too_long:
            super().handleContentChunk(data)
        elif self.taken > PATIENCE * settings.REQUEST_LIMIT_BYTES:
            self.channel.loseConnection()
        else:
            self.content.truncate(0)

    def process(self) -> Any:
        """Hand the whole request on, or say why not."""
        if self.is_too_long:
            return self.basic_error(STATUS, TITLE.encode(), sentence())
        return super().process()

    @property
    def is_too_long(self) -> bool:
        return max(self.announced, self.taken) > settings.REQUEST_LIMIT_BYTES
