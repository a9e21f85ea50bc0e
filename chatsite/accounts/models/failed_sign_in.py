"""A try to sign in that failed, kept for a short while to slow down guessing."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

TRIES = 5  # enough for someone who looks for the right one of their passwords
WINDOW = timedelta(minutes=5)


class FailedSignIn(models.Model):
    """One failure of a name from an address, as a digest: people type passwords into the wrong box."""

    digest = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Failed at {self.at:%H:%M}"

    @classmethod
    def must_wait(cls, name: str, address: str) -> bool:
        since = timezone.now() - WINDOW
        return cls.objects.filter(digest=_digest(name, address), at__gt=since).count() >= TRIES

    @classmethod
    def note(cls, name: str, address: str) -> None:
        cls.forget_old()
        cls.objects.create(digest=_digest(name, address))

    @classmethod
    def forget_old(cls) -> None:
        """Delete the failures that no longer count."""
        cls.objects.filter(at__lte=timezone.now() - WINDOW).delete()

    @classmethod
    def forget(cls, name: str, address: str) -> None:
        cls.objects.filter(digest=_digest(name, address)).delete()


def _digest(name: str, address: str) -> str:
    return salted_hmac("failed sign-in", f"{name.casefold()}\n{address}", algorithm="sha256").hexdigest()
