"""`manage.py enter`: print another link that signs the demo account in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatsite.accounts.demo import demo_account
from chatsite.accounts.models import EnterLink
from chatsite.serving.lock import ServerLock


class Command(BaseCommand):
    help = "Prints a link that signs the demo account in, once, within ten minutes, on this machine."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_LOCAL:
            raise CommandError(
                "Enter links work in local mode only. Use `manage.py createsuperuser` instead."
            )
        address = ServerLock(settings.VAR_DIR, shared=settings.IS_SHARED).address_of_holder()
        if not address:
            raise CommandError("Clearcall is not running: start it with bin/run.")
        self.stdout.write(f"{address}/enter/{EnterLink.make(demo_account())}")
