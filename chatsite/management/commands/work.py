"""`manage.py work`: a process that runs the turns which servers have queued."""

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite.logs import log_uncaught
from chatsite.serving.address import TAKEN_MEANWHILE, cannot_listen, free_address
from chatsite.serving.preparing import prepare_tables
from chatsite.serving.working import work

USUALLY = 50  # turns mostly wait for a model; so many streams are a fraction of a core


class Command(BaseCommand):
    help = "Runs turns that servers have queued, until it is interrupted. Start as many as are needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--turns", default=USUALLY, type=int, help=f"how many run at once ({USUALLY})")
        parser.add_argument("--host", default="127.0.0.1", help="the address that --port is of (127.0.0.1)")
        parser.add_argument(
            "--port", type=int, help="answer /healthz, /readyz and /metrics here (nowhere); 0 is any free one"
        )

    def handle(self, *args: Any, turns: int, host: str, port: int | None, **options: Any) -> None:
        sys.excepthook = log_uncaught
        if settings.TURN_EXECUTOR == "local":
            raise CommandError(
                "Here the server runs the turns itself. Set TURN_EXECUTOR=procrastinate, for the servers "
                "too, to have them run by workers."
            )
        if turns < 1:
            raise CommandError("--turns must be 1 or more.")
        address = None if port is None else free_address(host, port)
        if isinstance(address, str):
            raise CommandError(address)
        if refusal := prepare_tables():
            raise CommandError(refusal)

        def ready() -> None:
            where = f" Probes are answered at {address.url()}." if address else ""
            self.stdout.write(f"Clearcall is ready to run {turns} turns at once.{where}")
            self.stdout.flush()

        if not work(places=turns, address=address, ready=ready) and address:
            raise CommandError(cannot_listen(address.host, address.port, TAKEN_MEANWHILE))
        # Not sys.exit: that waits for every thread, and one may be in a tool that never ends.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
