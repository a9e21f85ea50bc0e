"""`manage.py serve`: the one way in which Clearcall is served by daphne."""

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite.accounts.demo import demo_account
from chatsite.accounts.models import EnterLink
from chatsite.logs import log_uncaught
from chatsite.serving.address import TAKEN_MEANWHILE, Address, cannot_listen, free_address
from chatsite.serving.lock import ServerLock
from chatsite.serving.preparing import prepare


class Command(BaseCommand):
    help = "Serves Clearcall until it is interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument(
            "--port", default=8000, type=int, help="the port to listen on (8000); 0 is any free one"
        )

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        sys.excepthook = log_uncaught
        lock = self._lock()
        address = free_address(host, port)
        if isinstance(address, str):
            raise CommandError(address)
        if refusal := prepare():
            raise CommandError(refusal)
        link = self._open_to(address)
        lock.tell(address.url())
        self._serve(address, link)

    def _lock(self) -> ServerLock:
        lock = ServerLock(settings.VAR_DIR, shared=settings.IS_SHARED)
        if not lock.take():
            where = lock.address_of_holder() or "another address"
            raise CommandError(
                f"Clearcall already runs on the files in {settings.VAR_DIR}, at {where}. "
                "Stop it first, or give this one a VAR_DIR of its own."
            )
        return lock

    def _open_to(self, address: Address) -> str:
        if not settings.IS_LOCAL:
            return address.url()
        # Whoever asks for a host on the command line wants to be answered at it.
        settings.ALLOWED_HOSTS.append(address.bracketed())
        person = demo_account()
        return f"{address.url()}/enter/{EnterLink.make(person)}" if address.is_loopback() else address.url()

    def _serve(self, address: Address, link: str) -> None:
        # Twisted is slow to import, and refusals should not wait for it.
        from chatsite.serving.daphne import serve

        def ready() -> None:
            self.stdout.write(f"Clearcall is ready: {link}")
            self.stdout.flush()

        if not serve(address, ready):
            raise CommandError(cannot_listen(address.host, address.port, TAKEN_MEANWHILE))
        # Not sys.exit: that waits for every thread, and one may be in a request or a tool that never ends.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
