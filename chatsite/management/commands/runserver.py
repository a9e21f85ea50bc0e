"""`manage.py runserver`: a pointer to the command that serves sockets too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Use `manage.py serve` instead."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "Clearcall is served by `manage.py serve`, which knows its sockets and its clean end."
        )
