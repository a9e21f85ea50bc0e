"""A try to sign in that has not succeeded, kept for a short while to slow down guessing."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

TRIES = 5  # enough for someone who looks for the right one of their passwords
WINDOW = timedelta(minutes=5)


class FailedSignIn(models.Model):
    """One try of a name from an address, as a digest: people type passwords into the wrong box."""

    digest = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Failed at {self.at:%H:%M}"

    @classmethod
    def may_try(cls, name: str, address: str) -> bool:
        """Note a try before its password is compared, and say whether it may be.

        Comparing takes long: of many tries at once each must see those before it. One that may not be is not
        kept, and writes nothing where it comes too late by far: everybody waits for who writes.
        """
        since = timezone.now() - WINDOW
        digest = _digest(name, address)
        tries = cls.objects.filter(digest=digest, at__gt=since)
        if tries.count() >= TRIES:
            return False
        cls.forget_old()
        this = cls.objects.create(digest=digest)
        if tries.filter(pk__lte=this.pk).count() <= TRIES:
            return True
        this.delete()
        return False

    @classmethod
    def forget_old(cls) -> None:
        """Delete the failures that no longer count."""
        cls.objects.filter(at__lte=timezone.now() - WINDOW).delete()

    @classmethod
    def forget(cls, name: str, address: str) -> None:
        cls.objects.filter(digest=_digest(name, address)).delete()


def _digest(name: str, address: str) -> str:
    return salted_hmac("failed sign-in", f"{name.casefold()}\n{address}", algorithm="sha256").hexdigest()
