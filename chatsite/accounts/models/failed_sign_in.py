"""A try to sign in that has not succeeded, kept for a short while to slow down guessing."""

from datetime import timedelta

from django.db import connection, models, transaction
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
        kept, and mostly writes nothing: whoever goes on guessing would keep others from writing.
        """
        digest = _digest(name, address)
        if cls._are_too_many(digest):
            return False
        with transaction.atomic():
            _stand_in_line(digest)
            if cls._are_too_many(digest):
                return False
            cls.forget_old()
            cls.objects.create(digest=digest)
        return True

    @classmethod
    def forget_old(cls) -> None:
        """Delete the failures that no longer count."""
        cls.objects.filter(at__lte=timezone.now() - WINDOW).delete()

    @classmethod
    def forget(cls, name: str, address: str) -> None:
        cls.objects.filter(digest=_digest(name, address)).delete()

    @classmethod
    def _are_too_many(cls, digest: str) -> bool:
        return cls.objects.filter(digest=digest, at__gt=timezone.now() - WINDOW).count() >= TRIES


def _stand_in_line(digest: str) -> None:
    """Let tries of one name and address go one by one until the commit; on SQLite every transaction does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _digest(name: str, address: str) -> str:
    return salted_hmac("failed sign-in", f"{name.casefold()}\n{address}", algorithm="sha256").hexdigest()
